/**
 * Training in a page: the package, bundled as an application would, in Debian's Chromium, isolated and not, on one thread
 * and two. The weights are those of Node, bit for bit.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  backward,
  batch,
  dense,
  digits,
  exportModel,
  forward,
  normalize,
  oneHot,
  relu,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, PLAIN_HOST, type Site, serve, startChromium } from './chromium.js';

interface Trained {
  readonly weights: string;
  readonly steps: number;
  readonly fallback?: string;
  readonly flavour: string;
  /** Of its model, read again from the bytes of its file, for one sample. */
  readonly probabilities: readonly number[];
  readonly isolated?: boolean;
  readonly digests?: boolean;
}

interface Task {
  readonly backend: 'wasm' | 'typescript';
  readonly threads: number | 'auto';
}

/** Node 20 has relaxed SIMD, as Chromium does, only when asked for it. */
const flags = process.versions.node.startsWith('20.') ? ['--experimental-wasm-relaxed-simd'] : [];

async function trainInNode(backend: Task['backend']): Promise<Trained> {
  const program = fileURLToPath(new URL('node.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, backend]);
  return JSON.parse(stdout);
}

const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
/** As strict as a policy can be that lets the page compile WebAssembly, and then one that does not. */
const STRICT = {
  'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
};
const STRICTER = { 'content-security-policy': "default-src 'none'; script-src 'self'; worker-src 'self'" };

if (!hasChromium) console.warn('NOT TESTED: there is no /usr/bin/chromium, so nothing was trained in a page');

describe.skipIf(!hasChromium)('in Chromium', () => {
  let browser: Browser;
  let inNode: Trained;
  beforeAll(async () => {
    [browser, inNode] = await Promise.all([startChromium(), trainInNode('wasm')]);
  }, 120_000);
  afterAll(() => browser.close());

  /** What the page prints first. To be asked, it would need `eval`, which its policy may forbid. */
  async function printedBy(site: Site, query = '', host = 'localhost') {
    const page: Page = await browser.newPage();
    try {
      const printed = new Promise<string>((resolve, reject) => {
        page.on('pageerror', reject);
        page.on('console', (message) => {
          if (message.type() === 'log') resolve(message.text());
        });
      });
      const [text] = await Promise.all([printed, page.goto(`http://${host}:${site.port}/?${query}`)]);
      return JSON.parse(text);
    } finally {
      await page.close();
      await site.close();
    }
  }

  /** Trains in a page that is served with such headers. Returns what came of it, and how many threads were started. */
  async function train(
    headers: Readonly<Record<string, string>>,
    where: 'trainHere' | 'trainInWorker',
    task: Task,
    host?: string,
  ): Promise<{ readonly trained: Trained; readonly threads: number }> {
    const site = await serve(headers);
    const query = new URLSearchParams({ where, backend: task.backend, threads: String(task.threads) });
    const trained = await printedBy(site, String(query), host);
    return { trained, threads: 1 + site.requests.filter((path) => path === '/kernel-thread.js').length };
  }

  const wasm = (threads: Task['threads']): Task => ({ backend: 'wasm', threads });

  describe.each(['trainHere', 'trainInWorker'] as const)('%s', (where) => {
    test.each([1, 2])('isolated, on %i threads', async (count) => {
      const { trained, threads } = await train({ ...ISOLATED, ...STRICT }, where, wasm(count));
      expect(trained).toEqual({ ...inNode, isolated: true, digests: true });
      expect(threads).toBe(count);
    });

    test('not isolated, on the one thread that there is, and says why', async () => {
      const { trained, threads } = await train(STRICT, where, wasm(2));
      const fallback = expect.stringMatching(/^threads: 1, not 2: .*cross-origin isolated/);
      expect(trained).toEqual({ ...inNode, isolated: false, digests: true, fallback });
      expect(threads).toBe(1);
    });
  });

  test('where WebAssembly is forbidden, by the textbook’s loops, and says why', async () => {
    const textbook = await trainInNode('typescript');
    const { trained } = await train(STRICTER, 'trainHere', wasm(1));
    expect(trained).toMatchObject({ weights: textbook.weights, steps: textbook.steps });
    expect(trained.fallback).toMatch(/^backend: typescript, not wasm: .*wasm-unsafe-eval/);
  });

  test('on plain http, where a page has no Web Cryptography', async () => {
    const { trained } = await train({}, 'trainHere', wasm(1), PLAIN_HOST);
    expect(trained).toEqual({ ...inNode, isolated: false, digests: false });
  });

  test('a model that was exported as a module predicts without this package', async () => {
    const network = [dense({ units: 20 }), relu(), dense({ units: 10 })];
    const data = [digits({ train: 500 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })];
    const steps = [batch({ size: 50 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })];
    const { network: model } = await runPipeline({ data, network, train: steps });
    const [{ content }] = await exportModel(model, 'js');
    const script = `import { predict } from './digits.js';
const { names, probabilities } = predict(Uint8Array.from({ length: 784 }, (_, i) => i % 256));
console.log(JSON.stringify({ names, probabilities: Array.from(probabilities.data) }));`;
    const site = await serve(
      {},
      new Map([
        ['/page.js', script],
        ['/digits.js', new TextDecoder().decode(content)],
      ]),
    );
    const said = await model.predict(Uint8Array.from({ length: 784 }, (_, i) => i % 256));
    const { names, probabilities } = await printedBy(site);
    expect(names).toEqual(said.names);
    for (const [i, probability] of probabilities.entries())
      expect(probability).toBeCloseTo(said.probabilities?.data[i] ?? -1, 5);
  });
});
