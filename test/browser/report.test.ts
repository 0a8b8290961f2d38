/**
 * Reports of runs and sweeps, and pages of comparisons, in Debian's Chromium: nothing fails in their scripts, nothing is wider than a phone, a screen reader and the keyboard
 * get all there is. Screenshots of each page, at two widths, light and dark, are kept in artefacts/.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runPipeline, sweepPipeline, writeReport } from 'marblenet';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/node/compare/compare-runs.js';
import { writeComparePage } from '../../src/node/compare/write-page.js';
import { hasChromium, startChromium } from './chromium.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ARTEFACTS = fromRoot('artefacts');

const PICTURES = `name: digits
seed: 1
epochs: 5
data:
  - digits: { train: 1000, test: 200 }
  - holdOut: { validation: 100 }
  - normalize: { divisor: 255 }
  - oneHot: { classes: 10 }
network:
  - conv2d: { filters: 8, kernel: 5 }
  - relu
  - maxPool2d
  - dense: { units: 10 }
train:
  - shuffleBatch: { size: 20 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1, schedule: cosine }
  - mean: { of: loss }
validation: &judged
  - batch: { size: 50 }
  - forward
  - softmaxCrossEntropy
  - mean: { of: loss }
  - accuracy
test: *judged
`;

let browser: Browser;
let folder: string;
const pages: Record<string, string> = {};

beforeAll(async () => {
  if (!hasChromium) return;
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), 'marblenet-'));
  await mkdir(ARTEFACTS, { recursive: true });
  const texts = {
    pictures: ['pictures.yaml', PICTURES],
    numbers: [fromRoot('pipelines/regression.yaml'), await readFile(fromRoot('pipelines/regression.yaml'), 'utf8')],
  };
  for (const [name, [path, text]] of Object.entries(texts)) {
    const { folder: run } = await runPipeline(path, { text, out: folder });
    pages[name] = await writeReport(String(run));
  }
  const variants = [PICTURES, PICTURES.replace('- relu', '- sigmoid')].map(async (text, i) => {
    const { folder: run } = await runPipeline(`variant-${i}.yaml`, { text, out: join(folder, `variant-${i}`) });
    return { label: `variant ${i}`, folders: [String(run)] };
  });
  const comparison = await compareRuns(await Promise.all(variants));
  pages.comparison = await writeComparePage(comparison, { file: join(folder, 'comparison.html') });
  const { folder: sweep } = await sweepPipeline(fromRoot('pipelines/iris-sweep.yaml'), { out: folder, jobs: 1 });
  pages.sweep = await writeReport(sweep);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

async function opened(name: string, width: number, colorScheme: 'light' | 'dark'): Promise<[Page, string[]]> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => /^(file|data):/.test(request.url()) || problems.push(request.url()));
  await page.goto(pathToFileURL(pages[name]).href);
  await page.waitForSelector('.u-wrap');
  return [page, problems];
}

describe.runIf(hasChromium).each(['pictures', 'numbers', 'comparison', 'sweep'])('the page of %s', (name) => {
  it.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('is whole at %i pixels, %s', async (width, scheme) => {
    const [page, problems] = await opened(name, width, scheme);
    await page.screenshot({ path: join(ARTEFACTS, `${name}-${width}-${scheme}.png`), fullPage: true });
    expect(problems).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await seriousProblems(page)).toEqual([]);
    await page.close();
  });

  it('says without a mouse what the last point of a curve is', async () => {
    const [page] = await opened(name, 1280, 'light');
    const legend = await page.locator('.u-legend').first().textContent();
    expect(legend).toMatch(/\d/);
    expect(legend).not.toContain('--');
    await page.close();
  });

  it('fades at the edge at which a box is cut off, as far as it can be scrolled', async () => {
    const [page] = await opened(name, 390, 'light');
    await page.waitForSelector('.scroll.more-right:not(.more-left)');
    await page.evaluate("document.querySelector('.scroll.more-right').id = 'cut'");
    await page.evaluate("document.getElementById('cut').scrollLeft = 1e6");
    await page.waitForSelector('#cut.more-left:not(.more-right)');
    await page.close();
  });

  it('is read by the keys', async () => {
    const [page] = await opened(name, 1280, 'light');
    await page.focus('.plot');
    await page.keyboard.press('End');
    const last = await page.textContent('.reading');
    expect(last).toMatch(/^(epoch|trial) \d+: [\w ]+ [\d.]+/);
    await page.keyboard.press('ArrowLeft');
    expect(await page.textContent('.reading')).not.toBe(last);
    await page.close();
  });

  it('changes to a scale of powers and back', async () => {
    const [page] = await opened(name, 1280, 'light');
    const button = page.locator('figure button').first();
    const before = await button.textContent();
    await button.click();
    expect(await button.textContent()).not.toBe(before);
    await button.click();
    expect(await button.textContent()).toBe(before);
    await page.close();
  });
});

/** What axe-core finds that keeps people from a page. */
async function seriousProblems(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: fromRoot('node_modules/axe-core/axe.min.js') });
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`);
}
