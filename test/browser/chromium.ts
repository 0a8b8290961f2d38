/** A page of this package's in Debian's Chromium, from a server on this machine's loopback. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { rolldown } from 'rolldown';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const hasChromium = existsSync(executablePath);

/** Another name of the loopback: a page from there is not on a secure origin. */
export const PLAIN_HOST = 'page.test';

/** @param more switches of its command line */
export const startChromium = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
      ...more,
    ],
  });

/**
 * The scripts of a page: its own, that of its worker, that of the kernels' threads, and what these load when they need it.
 *
 * @param folder that of page.mjs and worker.mjs
 */
export async function bundle(folder = '.'): Promise<ReadonlyMap<string, string>> {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const bundled = await rolldown({
    input: {
      page: here(`${folder}/page.mjs`),
      worker: here(`${folder}/worker.mjs`),
      'kernel-thread': here('../../dist/page/kernel-thread.js'), // where the package looks for it: beside its own script
    },
    platform: 'browser',
    cwd: here('../..'),
  });
  const { output } = await bundled.generate();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[`/${file.fileName}`, file.code]] : [])));
}

let scripts: Promise<ReadonlyMap<string, string>> | undefined;

export interface Site {
  readonly port: number;
  /** The paths that were asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

/**
 * Serves the page with such headers.
 *
 * @param filesOf the scripts of another page, of which /page.js is its own, and other files: bytes
 */
export async function serve(
  headers: Readonly<Record<string, string>>,
  filesOf?: ReadonlyMap<string, string | Uint8Array>,
): Promise<Site> {
  if (filesOf === undefined) scripts ??= bundle();
  const files = filesOf ?? (await scripts) ?? new Map();
  const requests: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    requests.push(url);
    const file = files.get(url);
    const text = file === undefined ? 'text/html; charset=utf-8' : 'text/javascript; charset=utf-8';
    response.writeHead(200, {
      ...headers,
      'content-type': file instanceof Uint8Array ? 'application/octet-stream' : text,
    });
    response.end(file ?? '<!doctype html><title>digits</title><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
