/** Downloads through a proxy, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY ask for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findMnist } from '../../src/core/families/mnist-files.js';
import { createNodeHost } from '../../src/node/host.js';
import { commandEnvironment, MAIN, startProcess } from '../cli/pipeline-command.js';
import { good, refusedUrl, startMirror } from './mirror-server.js';
import { withoutGivenData } from './no-given-data.js';
import { temporaryFolder } from './temporary-folder.js';
import { REMOTE_FILES, TINY_CHECKSUMS, TINY_MNIST } from './tiny-mnist.js';

withoutGivenData();

const servers: Server[] = [];

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
});

const listen = (server: Server): Promise<number> => {
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
};

/** A proxy for whom every host is the one at that port of this machine; `asked` is what it was asked for. */
async function startProxy(port: number): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { pathname } = new URL(incoming.url ?? '');
    request({ host: '127.0.0.1', port, path: pathname }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    }).end();
  });
  proxy.on('connect', (incoming: IncomingMessage, client: Socket) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    for (const socket of [client, server]) socket.on('error', () => client.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(proxy)}`, asked };
}

const portOf = (url: string): number => Number(new URL(url).port);

const find = async (mirror: string) =>
  findMnist(
    createNodeHost({
      checksums: TINY_CHECKSUMS,
      cacheFolder: await temporaryFolder(),
      mirrors: [mirror],
      connectTimeout: 20_000,
      retryDelay: 1,
    }),
  );

describe('an address that begins with http:', () => {
  it('is asked of the proxy', async () => {
    const mirror = await startMirror(good);
    const proxy = await startProxy(portOf(mirror.url));
    vi.stubEnv('HTTP_PROXY', proxy.url);
    expect((await find('http://mirror.invalid/mnist/')).origin.from).toBe('download');
    expect(proxy.asked).toEqual(REMOTE_FILES.map((file) => `GET http://mirror.invalid/mnist/${file}`));
  });

  it('is not, where NO_PROXY has its host', async () => {
    const mirror = await startMirror(good);
    const proxy = await startProxy(portOf(mirror.url));
    vi.stubEnv('HTTP_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', 'example.org,127.0.0.1');
    expect((await find(mirror.url)).origin.from).toBe('download');
    expect(proxy.asked).toEqual([]);
  });

  it('that cannot be had says that a proxy is set', async () => {
    vi.stubEnv('http_proxy', new URL(await refusedUrl()).origin);
    await expect(find('http://mirror.invalid/mnist/')).rejects.toThrow('(connection refused; http_proxy is set)');
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('an address that begins with https: (needs openssl)', () => {
  it("is asked through a tunnel, and its certificate may be one's own", async () => {
    const folder = await temporaryFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=mirror.invalid'],
        ...['-addext', 'subjectAltName=DNS:mirror.invalid', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    const asked: string[] = [];
    const port = await listen(
      createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (incoming, outgoing) => {
        asked.push(incoming.url ?? '');
        outgoing.end(gzipSync(TINY_MNIST['train-images-idx3-ubyte']));
      }) as unknown as Server,
    );
    const proxy = await startProxy(port);
    // a process of its own, since Node reads certificates when it starts
    const run = (more: Record<string, string>) =>
      startProcess(process.execPath, [MAIN, 'run', 'pipelines/relu.yaml', '--set', 'data.0=mnist'], {
        ...commandEnvironment({ MARBLENET_MIRRORS: 'https://mirror.invalid/mnist/', HTTPS_PROXY: proxy.url }),
        ...more,
      }).ended;

    const stranger = await run({});
    expect(stranger.code).toBe(3);
    expect(stranger.stderr).toContain('NODE_EXTRA_CA_CERTS');
    expect(asked).toEqual([]);

    const known = await run({ NODE_EXTRA_CA_CERTS: cert });
    expect(asked).toEqual(['/mnist/train-images-idx3-ubyte.gz']);
    expect(known.stderr).toContain('checksum'); // two images are not MNIST
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT mirror.invalid:443']));
  });
});
