/** The studio's own server: its built files, and those that it is opened with, for the pages that know the token. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { MarblenetError, RunError } from '../../core/errors.js';
import { FASHION_MNIST, MNIST } from '../../core/families/mnist-files.js';
import type { Host } from '../../core/host.js';
import { reasonOf } from '../system-error.js';
import { unpackedBytes } from '../unpacked-bytes.js';
import type { Offer } from './offer.js';

/** Where to serve, and what. */
export interface StudioOptions {
  /** The address to listen at. */
  readonly address: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** What the page opens first; undefined where it opens a file of its own. */
  readonly offer: Offer | undefined;
  /** Where MNIST is found. */
  readonly host: Host;
}

export interface StudioServer {
  /** With the token, which every request needs. */
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Isolated, so that its threads can share memory; and nothing of it is kept, sniffed at, or told to others. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The folder that scripts/studio.mjs makes; from src/node, dist/node and dist/bin alike. */
const folder = fileURLToPath(
  new URL(import.meta.url.includes('/bin/') ? '../studio/' : '../../../dist/studio/', import.meta.url),
);

/** Sets of published files, by the folder where the page asks for them. */
const published = { mnist: MNIST, 'fashion-mnist': FASHION_MNIST };

/** @throws RunError when the port is taken, or the studio is not built. */
export async function serveStudio({ address, port, offer, host }: StudioOptions): Promise<StudioServer> {
  const built = new Set(await readdir(folder).catch(() => []));
  if (!built.has('index.html')) throw new RunError('the studio is not built: run "npm run build"');
  const token = randomBytes(12).toString('base64url');
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, error instanceof MarblenetError ? error.message : 'the file could not be read');
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'GET or HEAD');
    // a page of another name that leads to this machine is none of ours
    if (!isOwnName(request.headers.host, address)) return send(response, 403, 'this name is not served');
    const [way] = (request.url ?? '/').split('?');
    const [, given, ...rest] = way.split('/').map(decoded);
    if (given !== token) return send(response, 404, 'open the address that the command printed, with its token');
    if (rest.length === 0) {
      response.writeHead(301, { ...HEADERS, location: `/${token}/` }).end();
      return;
    }
    const name = rest.join('/');
    if (name === 'offer.json') return sendJson(response, offerOf(offer));
    if (rest[0] === 'given') return sendFile(response, [...(offer?.files.values() ?? [])][Number(rest[1])]);
    const set = Object.entries(published).find(([folder]) => folder === rest[0])?.[1];
    if (set !== undefined) return sendPublished(response, host, set, rest[1]);
    const file = name === '' ? 'index.html' : name;
    return sendFile(response, built.has(file) ? `${folder}${file}` : undefined);
  }

  await listening(server, port, address);
  const { port: found } = server.address() as AddressInfo;
  const shown = address.includes(':') ? `[${address}]` : address === '0.0.0.0' ? '127.0.0.1' : address;
  return {
    url: `http://${shown}:${found}/${token}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // no name of a file
  }
};

/** The loopback has its own names; whoever serves others (`--host`) may be called anything. */
const isOwnName = (name: string | undefined, address: string): boolean =>
  !isLoopback(address) || /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(name ?? '');

export const isLoopback = (address: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(address);

/** As the page reads it. */
const offerOf = (offer: Offer | undefined): object =>
  offer === undefined
    ? { isServed: true }
    : { isServed: true, file: { name: offer.name, text: offer.text }, files: [...offer.files.keys()] };

/** A file of a set: found, or downloaded for the first page that asks. */
async function sendPublished(response: ServerResponse, host: Host, set: typeof MNIST, asked = ''): Promise<void> {
  const name = asked.replace(/\.gz$/, '');
  if (!Object.hasOwn(set.checksums, name)) return send(response, 404, 'there is no such file');
  const { paths } = await host.download(set);
  const path = paths[name as keyof typeof paths];
  response.writeHead(200, { ...HEADERS, 'content-type': 'application/gzip' });
  await pipeline(packed(path, host.readFile(path)), response);
}

/** By gzip, as sets are published, quickly: a folder may have them packed, or not. */
const packed = (path: string, bytes: AsyncIterable<Uint8Array>): Readable =>
  Readable.from(unpackedBytes(path, bytes)).pipe(createGzip({ level: 1 }));

async function sendFile(response: ServerResponse, path: string | undefined): Promise<void> {
  const entry = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || !entry?.isFile()) return send(response, 404, 'there is no such file');
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  response.writeHead(200, { ...HEADERS, 'content-type': type, 'content-length': entry.size });
  if (response.req.method === 'HEAD') response.end();
  else await pipeline(createReadStream(path), response);
}

function sendJson(response: ServerResponse, content: object): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' });
  response.end(JSON.stringify(content));
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}

const listening = (server: Server, port: number, address: string): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', (error) =>
      fail(new RunError(`the studio cannot listen at ${address}:${port}: ${reasonOf(error)}`)),
    );
    server.listen(port, address, done);
  });
