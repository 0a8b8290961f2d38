/** `rediss://`: a queue whose server speaks TLS, with a certificate that no authority knows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelineProcess, scratchFolder, startPipeline, untilWritten } from './pipeline-command.js';
import {
  hasOpenssl,
  hasRedis,
  PASSWORD,
  type RedisServer,
  startRedis,
  startTlsRedis,
  type TlsServer,
} from './redis-server.js';
import { dataFolder, fileOf, resultOf, stop, TABLE, urlOf } from './worker-sweeps.js';

describe.skipIf(!hasRedis || !hasOpenssl)('a queue with TLS (needs redis-server and openssl)', () => {
  let secure: TlsServer;
  let plain: RedisServer;
  beforeAll(async () => {
    [secure, plain] = await Promise.all([startTlsRedis(await scratchFolder()), startRedis()]);
  });
  afterAll(() => Promise.all([secure?.stop(), plain?.stop()]));

  it('takes a certificate that NODE_EXTRA_CA_CERTS names', { timeout: 60_000 }, async () => {
    const shared = ['--store', urlOf(await scratchFolder())];
    const trusting = { NODE_EXTRA_CA_CERTS: secure.certificate };
    const words = ['sweep', await fileOf(TABLE), '--queue', secure.url, ...shared, '--json'];
    const sweep = startPipeline(words, trusting);
    const worker = startPipeline(['worker', secure.url, ...shared, '--data', await dataFolder()], trusting);
    await untilWritten(worker, `waiting for trials from rediss://127.0.0.1:${secure.port};`, 'stderr');
    expect((await resultOf(sweep)).status).toBe('completed');
    await stop(worker);
  });

  it('refuses a certificate that is not known, and says what to do', { timeout: 60_000 }, async () => {
    const store = urlOf(await scratchFolder());
    const said = async (url: string): Promise<string> => {
      const { code, stderr } = await pipelineProcess(['worker', url, '--store', store]);
      expect(stderr).not.toContain(PASSWORD);
      return `${code} ${stderr.trim()}`;
    };
    const urls = [secure.url, secure.url.replace('rediss:', 'redis:'), plain.url.replace('redis:', 'rediss:')];
    const [unknown, withoutTls, withTls] = await Promise.all(urls.map(said));
    expect(unknown).toBe(
      `1 rediss://127.0.0.1:${secure.port}: the queue cannot be reached: its certificate is of an authority that Node does not ` +
        'know: NODE_EXTRA_CA_CERTS names a file with more of them',
    );
    expect(withoutTls).toMatch(/^1 redis:.*: connection cut off; has it TLS\? Then it is rediss:\/\/$/);
    expect(withTls).toMatch(/^1 rediss:.*: no answer; has it TLS\? Without, it is redis:\/\/$/);
  });
});
