/** The studio in Debian's Chromium: its built folder, from a server of files in a subpath. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../dist/studio/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface StudioSetting {
  /** Whether threads may share memory. */
  readonly isolated?: boolean;
  /** A folder with MNIST, packed by gzip, which the server then has, too. */
  readonly mnist?: string | undefined;
  /** What the page opens first. */
  readonly text?: string;
  /** What stands behind `#` in its address. */
  readonly fragment?: string;
  readonly context?: BrowserContextOptions;
}

export interface OpenStudio {
  readonly page: Page;
  readonly url: string;
  /** What the page complained of, or asked for in vain. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Opens the studio, and waits until its pipeline is ready. */
export async function openStudio(browser: Browser, setting: StudioSetting = {}): Promise<OpenStudio> {
  const { isolated = false, mnist = '', text, fragment = '', context } = setting;
  const headers = isolated
    ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
    : {};
  const server = createServer(async ({ url = '/' }, response) => {
    const name = url.replace(/^\/lessons\/studio\//, '').replace(/\?.*/, '') || 'index.html';
    const isOffer = name === 'offer.json' && text !== undefined;
    const offer = JSON.stringify({ file: { name: 'given.yaml', text } });
    const path = name.startsWith('mnist/') ? join(mnist, name.slice('mnist/'.length)) : folder + name;
    const content = isOffer ? offer : await readFile(path).catch(() => undefined);
    response.writeHead(content === undefined ? 404 : 200, { ...headers, 'content-type': TYPES[extname(name)] ?? '' });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lessons/studio/`;
  const page = await browser.newPage(context);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`${url}${fragment}`);
  await untilStatus(page, 'waiting');
  return {
    page,
    url,
    problems,
    async close() {
      await page.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Waits until the run has come so far: `ended`, `paused`. */
export const untilStatus = (page: Page, status: string): Promise<unknown> =>
  page.waitForSelector(`#status[data-status="${status}"]`);
