/** The studio as a folder of files: any server serves it from a subpath, and after the first visit it needs none. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from './chromium.js';
import { untilStatus } from './studio.js';

const built = fileURLToPath(new URL('../../dist/studio/', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

let browser: Browser;
let folder: string;
let server: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marblenet-'));
  await cp(built, join(folder, 'school/studio'), { recursive: true });
  if (hasChromium) browser = await startChromium();
});

afterEach(() => {
  server?.kill();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** Python's own server of files, at a port that is free. */
function serveByPython(): Promise<string> {
  server = spawn('python3', ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder]);
  return new Promise((resolve, reject) => {
    let told = '';
    server?.stdout?.on('data', (chunk) => {
      told += chunk;
      const [, port] = /port (\d+)/.exec(told) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}/school/studio/`);
    });
    server?.on('close', () => reject(new Error(`python3 -m http.server: ${told}`)));
  });
}

describe.skipIf(!hasChromium || !hasPython)('the folder of the studio', () => {
  it('is served by python3 -m http.server from a subpath, and opens without a network after that', async () => {
    const url = await serveByPython();
    const context = await browser.newContext();
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(url);
    await untilStatus(page, 'waiting');
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    const gone = new Promise((resolve) => server?.on('close', resolve));
    server?.kill();
    await gone;

    await page.reload();
    await untilStatus(page, 'waiting');
    await page.click('#epoch');
    await untilStatus(page, 'paused');
    expect(await page.textContent('#epoch-count')).toContain('epoch 1 of');
    expect(problems).toEqual([]);
    await context.close();
  });

  it('asks no other server for anything', async () => {
    const url = await serveByPython();
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(url);
    await untilStatus(page, 'waiting');
    await page.click('[data-place="network.0"]');
    await page.waitForSelector('.docstring');
    expect(asked.filter((address) => !address.startsWith(url))).toEqual([]);
    await page.close();
  });

  it('is small at first: less than 400 kB, as a server packs them', async () => {
    const url = await serveByPython();
    const page = await browser.newPage();
    const asked = new Set<string>();
    page.on('response', (response) => asked.add(response.url().slice(url.length)));
    await page.goto(url);
    await untilStatus(page, 'waiting');
    const files = [...asked].filter((name) => name !== 'service-worker.js' && !name.includes('?'));
    const sizes = await Promise.all(
      files.map(async (name) => gzipSync(await readFile(built + (name || 'index.html'))).length),
    );
    expect(asked.has('worker.js')).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400_000);
    await page.close();
  });
});
