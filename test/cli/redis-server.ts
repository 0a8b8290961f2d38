/** Debian's redis-server, which a test starts for itself. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { running } from './leftovers.js';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** Nothing that is printed or kept may hold it. */
export const PASSWORD = 'o9-never-shown';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends the process, as a machine that is shut down does. */
  readonly stop: () => Promise<void>;
}

/** @param folder where it keeps all that it is told, for one that is started again; without, it keeps nothing */
export async function startRedis(folder?: string, port?: number): Promise<RedisServer> {
  const own = port ?? (await freePort());
  const kept = folder === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--dir', folder];
  const words = ['--port', String(own), '--bind', '127.0.0.1', '--save', '', '--requirepass', PASSWORD, ...kept];
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
