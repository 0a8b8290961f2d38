/**
 * Data of one's own in a page: a table, a folder of pictures, and MNIST beside the page, in a module worker of Debian's Chromium,
 * under a strict Content-Security-Policy. The weights are those of Node, bit for bit.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pngFile } from '../node/samples/png-file.js';
import { TINY_CHECKSUMS, TINY_MNIST } from '../node/tiny-mnist.js';
import { bundle, hasChromium, type Site, serve, startChromium } from './chromium.js';

const numbers = (length: number, step: number): number[] => Array.from({ length }, (_, i) => (i * step) % 256);
const png = (step: number): Buffer =>
  pngFile(numbers(11 * 9 * 3, step), { width: 11, height: 9, colourType: 2, depth: 8 });
const jpeg = encode({ width: 16, height: 16, data: Uint8Array.from(numbers(16 * 16 * 4, 37)) }, 85).data;

const FILES: Readonly<Record<string, Uint8Array | string>> = {
  'table.csv': gzipSync(
    `width;colour;kind\n${Array.from({ length: 40 }, (_, i) => `${i % 7},5;${i % 3 ? 'rot' : 'grün'};${i % 2 ? 'a' : 'b'}\n`).join('')}`,
  ),
  'pets/cat/1.png': png(7919),
  'pets/cat/2.jpg': jpeg,
  'pets/dog/1.png': png(131),
  'pets/dog/2.png': png(57),
};

const POLICY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
};

/** As in chromium.test.ts: Node 20 has relaxed SIMD only when asked for it. */
const flags = process.versions.node.startsWith('20.') ? ['--experimental-wasm-relaxed-simd'] : [];

async function trainInNode(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'marblenet-'));
  try {
    const mnist = Object.entries(TINY_MNIST).map(([name, bytes]) => [`mnist/${name}`, bytes] as const);
    for (const [path, content] of [...Object.entries(FILES), ...mnist]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const program = fileURLToPath(new URL('own-data/node.mjs', import.meta.url));
    const given = [...flags, program, folder, join(folder, 'mnist')];
    return JSON.parse((await promisify(execFile)(process.execPath, given)).stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.skipIf(!hasChromium)('data of one’s own', () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    browser = await startChromium();
    const files = new Map<string, Uint8Array | string>(await bundle('own-data'));
    files.set('/files.json', JSON.stringify({ paths: Object.keys(FILES), checksums: TINY_CHECKSUMS }));
    for (const [path, content] of Object.entries(FILES)) files.set(`/files/${path}`, content);
    for (const [name, bytes] of Object.entries(TINY_MNIST)) files.set(`/mnist/${name}.gz`, gzipSync(bytes));
    site = await serve(POLICY, files);
  }, 120_000);
  afterAll(async () => {
    await site?.close();
    await browser?.close();
  });

  it('trains to the weights of Node, and keeps what it downloaded for the next visit', async () => {
    const context = await browser.newContext();
    const visit = async (): Promise<unknown> => {
      const page = await context.newPage();
      const printed = new Promise<string>((resolve, reject) => {
        page.on('pageerror', reject);
        page.on('console', (message) => {
          if (message.type() === 'log') resolve(message.text());
        });
      });
      const [text] = await Promise.all([printed, page.goto(`http://localhost:${site.port}/`)]);
      await page.close();
      return JSON.parse(text);
    };
    const asked = (): number => site.requests.filter((path) => path.startsWith('/mnist/')).length;
    const weights = await trainInNode();
    expect(await visit()).toEqual({ weights, downloads: [`http://localhost:${site.port}/mnist/`] });
    expect(asked()).toBe(4);
    expect(await visit()).toEqual({ weights, downloads: [] });
    expect(asked()).toBe(4);
    await context.close();
  });
});
