/** A mirror on this machine that behaves well, or badly in one of the ways that mirrors do. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach } from 'vitest';
import { TINY_MNIST } from './tiny-mnist.js';

export interface Mirror {
  /** Base URL. */
  readonly url: string;
  /** Names of the files that were asked for, in order. */
  readonly requests: readonly string[];
}

/** Answers a request for `file`, whose right content is `body`. */
export type Behaviour = (
  response: Parameters<RequestListener>[1],
  body: Buffer,
  file: string,
  request: Parameters<RequestListener>[0],
) => void;

const servers: Server[] = [];

export async function startMirror(behaviour: Behaviour): Promise<Mirror> {
  const requests: string[] = [];
  const packed = new Map(Object.entries(TINY_MNIST).map(([file, bytes]) => [`${file}.gz`, gzipSync(bytes)]));
  const server = createServer((request, response) => {
    const file = (request.url ?? '').replace(/^\/mnist\//, '');
    requests.push(file);
    const body = packed.get(file);
    if (body === undefined) {
      response.writeHead(404).end();
    } else {
      behaviour(response, body, file, request);
    }
  });
  servers.push(server);
  return { url: `http://127.0.0.1:${await listen(server)}/mnist/`, requests };
}

/** A URL where nobody listens: the port was free a moment ago. */
export async function refusedUrl(): Promise<string> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/mnist/`;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export const good: Behaviour = (response, body) => response.writeHead(200, { 'content-length': body.length }).end(body);

export const status =
  (code: number): Behaviour =>
  (response) =>
    response.writeHead(code).end('no');

/** Gzip in order, of other bytes. */
export const corrupt: Behaviour = (response) => response.end(gzipSync(Buffer.alloc(100, 1)));

/** The page that asks guests of a network to log in. */
export const loginPage: Behaviour = (response) => response.end('<!DOCTYPE html><html>Log in, please</html>');

/** Promises the whole file, sends half of it and hangs up. */
export const cutOff: Behaviour = (response, body) => {
  response.writeHead(200, { 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
};

/** Ends after half of the file, and calls it whole. */
export const half: Behaviour = (response, body) => response.end(body.subarray(0, body.length / 2));

/** Sends half of the file and then nothing. */
export const stall: Behaviour = (response, body) => {
  response.writeHead(200, { 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2));
};

/** Sends a byte every few milliseconds: never silent, and never done. */
export const trickle: Behaviour = (response) => {
  const timer = setInterval(() => response.write('a'), 10);
  response.on('close', () => clearInterval(timer));
};

/** Takes the request and never answers. */
export const silent: Behaviour = () => {};

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
