/** Debian's redis-server, which a test starts for itself. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { running } from './leftovers.js';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** What makes certificates. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Nothing that is printed or kept may hold it. */
export const PASSWORD = 'o9-never-shown';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends the process, as a machine that is shut down does. */
  readonly stop: () => Promise<void>;
}

/** A server that speaks TLS only, with a certificate of its own for this machine. */
export interface TlsServer extends RedisServer {
  /** The file of its certificate. */
  readonly certificate: string;
}

/** @param folder for its key and certificate, which are made by openssl */
export async function startTlsRedis(folder: string): Promise<TlsServer> {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(folder, name));
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = spawnSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', certificate]);
  if (made.status !== 0) throw new Error(`openssl: ${made.error ?? made.stderr}`);
  const port = await freePort();
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
  const words = ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
  const { url, ...server } = await launch(port, [...words, '--appendonly', 'no']);
  return { ...server, url: url.replace('redis:', 'rediss:'), certificate };
}

/** @param folder where it keeps all that it is told, for one that is started again; without, it keeps nothing */
export async function startRedis(folder?: string, port?: number): Promise<RedisServer> {
  const own = port ?? (await freePort());
  const kept = folder === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--dir', folder];
  return launch(own, ['--port', String(own), ...kept]);
}

async function launch(own: number, more: readonly string[]): Promise<RedisServer> {
  const words = ['--bind', '127.0.0.1', '--save', '', '--requirepass', PASSWORD, ...more];
  const child = spawn('redis-server', words);
  running.add(child);
  const ended = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('Ready to accept connections')) resolve();
    });
    child.on('exit', () => reject(new Error(`redis-server ended: ${text}`)));
  });
  return {
    port: own,
    url: `redis://:${PASSWORD}@127.0.0.1:${own}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      running.delete(child);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
