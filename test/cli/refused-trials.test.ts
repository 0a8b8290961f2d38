/** Trials that workers cannot take: they wait for others, and hold no worker up. */
import { dirname } from 'node:path';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/node/queue/open-store.js';
import { QUEUE } from '../../src/node/queue/redis.js';
import { runWorker, type WorkerEvent } from '../../src/node/queue/run-worker.js';
import { sweepPipeline } from '../../src/node/sweep/sweep-pipeline.js';
import { version } from '../../src/node/version.js';
import { pipelineProcess, scratchFolder, startPipeline, untilWritten } from './pipeline-command.js';
import { hasRedis, type RedisServer, startRedis } from './redis-server.js';
import { dataFolder, fileOf, resultOf, stop, TABLE, urlOf } from './worker-sweeps.js';

const ONE_TRIAL = ['network.0.dense.units=[4]', 'train.sgd.learningRate=[0.1]'];

/** No store has its sweep. */
const UNKNOWN = {
  version: version(),
  key: 'table/sweep-9/1',
  pipeline: TABLE,
  data: [],
  metric: 'validation.loss',
  oneThread: true,
  offline: false,
};

describe.skipIf(!hasRedis)('a trial that a worker cannot take (needs redis-server)', { timeout: 120_000 }, () => {
  let redis: RedisServer;
  let connection: Redis;
  let queue: Queue;
  let store: string;
  beforeAll(async () => {
    redis = await startRedis();
    connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    queue = new Queue(QUEUE, { connection });
  });
  afterAll(async () => {
    await queue?.close();
    connection?.disconnect();
    await redis?.stop();
  });
  beforeEach(async () => {
    await connection.flushall();
    store = await scratchFolder();
  });

  const startWorker = async () =>
    startPipeline(['worker', redis.url, '--store', urlOf(store), '--data', await dataFolder()]);

  /** A worker in this process, without any data, that offers trials again at once. */
  async function withUnfitWorker<T>(work: (events: readonly WorkerEvent[]) => Promise<T>): Promise<T> {
    const events: WorkerEvent[] = [];
    const end = new AbortController();
    const working = runWorker({
      url: redis.url,
      store: await openStore(urlOf(store)),
      dataFolder: await scratchFolder(),
      jobs: 1,
      stalledAfter: 30,
      patience: { refusals: 3, delay: 1 },
      plugins: false,
      offline: true,
      signal: end.signal,
      onEvent: (event) => events.push(event),
    });
    try {
      return await Promise.race([work(events), working.then(() => expect.fail('the worker has ended'))]);
    } finally {
      end.abort();
      await working;
    }
  }

  it('holds up no worker, which trains others meanwhile', async () => {
    const worker = await startWorker();
    const file = await fileOf(TABLE);
    const job = await queue.add('trial', UNKNOWN);
    await untilWritten(worker, 'table/sweep-9/1: left to other workers', 'stderr');
    const sweep = startPipeline(['sweep', file, '--queue', redis.url, '--store', urlOf(store), '--json']);
    expect((await resultOf(sweep)).status).toBe('completed');
    expect(await job.getState()).not.toBe('failed');
    await stop(worker);
  });

  it('fails where no worker could take it, and is tried again when its sweep goes on', async () => {
    const file = await fileOf(TABLE);
    const places = { queue: { url: redis.url, store: urlOf(store), sendData: false }, dataFolder: dirname(file) };
    const reason = expect.stringMatching(/^no worker could take it: .*points\.csv: /);
    const { folder } = await withUnfitWorker(async (events) => {
      const failed = await sweepPipeline(file, { ...places, over: ONE_TRIAL });
      expect(failed).toMatchObject({ status: 'failed', trials: [{ status: 'failed', reason }] });
      expect(events.filter(({ event }) => event !== 'ready')).toEqual([
        { event: 'refused', folder: 'table/sweep-1/1', reason: expect.stringContaining('points.csv') },
      ]);
      return failed;
    });
    const worker = await startWorker();
    const again = await sweepPipeline(folder, places);
    expect(again.trials).toMatchObject([{ trial: 1, status: 'completed' }]);
    await stop(worker);
  });

  it('waits for a worker that is busy', async () => {
    const busy = new Worker(QUEUE, null, { connection });
    await busy.waitUntilReady();
    const job: Job = await queue.add('trial', UNKNOWN, { attempts: 1 });
    const timesRefused = async () => (await queue.getJob(String(job.id)))?.data.refused?.times ?? 0;
    await withUnfitWorker(async () => {
      await vi.waitUntil(async () => (await timesRefused()) > 5, { timeout: 30_000 });
      expect(await job.isFailed()).toBe(false);
      await busy.close();
      await vi.waitUntil(() => job.isFailed(), { timeout: 30_000 });
    });
    expect((await queue.getJob(String(job.id)))?.failedReason).toMatch(/^no worker could take it: .*there is no sweep/);
  });

  it('ends a worker of another version of marblenet, whatever else it says, and stays in the queue', async () => {
    const job = await queue.add('trial', { ...UNKNOWN, version: '99.0.0', added: 'later' });
    const ended = await pipelineProcess(['worker', redis.url, '--store', urlOf(store)]);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`the sweep is of marblenet 99.0.0, and this worker of ${version()}`),
    });
    expect(await job.getState()).toBe('waiting');
    const told = await queue.getJob(String(job.id));
    expect(told?.progress).toMatchObject({ event: 'refused', reason: expect.stringContaining('99.0.0') });
  });
});
