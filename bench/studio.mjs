// How the studio keeps pace: the time of a training step in the page against Node's, on one thread, frames a second while it
// trains, and how soon the first batch is on its way. Needs Chromium: node bench/studio.mjs [--chromium /usr/bin/chromium]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { createNodeHost } from '../dist/index.js';
import { serveStudio } from '../dist/node/studio/serve-studio.js';

const { values } = parseArgs({ options: { chromium: { type: 'string', default: '/usr/bin/chromium' } } });
const command = fileURLToPath(new URL('../bin/pipeline.js', import.meta.url));
const EXAMPLES = 20_000;
const EPOCHS = 30;

const text = (units) => `name: bench
seed: 42
epochs: ${EPOCHS}
threads: 1
data: [digits: { train: ${EXAMPLES}, test: 100 }, normalize: { divisor: 255 }, oneHot: { classes: 10 }]
network: [dense: { units: ${units} }, relu, dense: { units: 10 }]
train: [shuffleBatch: { size: 100 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 100 }, forward, softmaxCrossEntropy, accuracy]
`;
const STEPS = (EXAMPLES / 100) * EPOCHS;

/** Microseconds a step, of the whole run without its data. */
function stepInNode(file) {
  const folder = mkdtempSync(join(tmpdir(), 'marblenet-'));
  try {
    const path = join(folder, 'bench.yaml');
    writeFileSync(path, file);
    const out = execFileSync(process.execPath, [command, 'run', path, '--json', '--no-out'], { encoding: 'utf8' });
    const epochs = out.split('\n').filter((line) => line.includes('"event":"epoch"'));
    const seconds = epochs.reduce((sum, line) => sum + JSON.parse(line).seconds, 0);
    return (seconds * 1e6) / STEPS;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same in the page, and the frames meanwhile. */
async function stepInPage(browser, file) {
  const offer = { name: 'bench.yaml', text: file, files: new Map() };
  const server = await serveStudio({ address: '127.0.0.1', port: 0, offer, host: createNodeHost() });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    const opened = performance.now();
    await page.goto(server.url);
    await page.waitForSelector('#status[data-status="waiting"]', { timeout: 120_000 });
    const ready = performance.now() - opened;
    const { milliseconds, frames } = await page.evaluate(async () => {
      const frames = [];
      let last = performance.now();
      const began = last;
      const status = document.querySelector('#status');
      document.querySelector('#play').click();
      while (status.dataset.status !== 'ended') {
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - last);
        last = now;
      }
      return { milliseconds: performance.now() - began, frames: frames.slice(2) };
    });
    const sorted = frames.sort((a, b) => a - b);
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
    return {
      step: (milliseconds * 1000) / STEPS,
      ready,
      frames: { median: at(0.5), p99: at(0.99), worst: at(1), perSecond: (1000 * frames.length) / milliseconds },
    };
  } finally {
    await page.close();
    await server.close();
  }
}

const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
try {
  for (const units of [50, 800]) {
    const node = Math.min(stepInNode(text(units)), stepInNode(text(units)));
    const page = await stepInPage(browser, text(units));
    const { median, p99, worst, perSecond } = page.frames;
    console.log(
      `784-${units}-10: ${node.toFixed(0)} us a step in Node ${process.versions.node}, ${page.step.toFixed(0)} in the page ` +
        `(${(page.step / node).toFixed(2)}); ${perSecond.toFixed(0)} frames a second, median ${median.toFixed(1)} ms, ` +
        `p99 ${p99.toFixed(1)}, worst ${worst.toFixed(1)}; ready after ${page.ready.toFixed(0)} ms`,
    );
  }
} finally {
  await browser.close();
}
