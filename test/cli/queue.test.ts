/** `pipeline sweep --queue` and `pipeline worker`, as they are typed: processes around a redis-server of their own. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RANDOM_TRIALS } from '../../src/core/sweep/tpe.js';
import { openStore } from '../../src/node/queue/open-store.js';
import { queueEngine } from '../../src/node/queue/queue-engine.js';
import { QUEUE } from '../../src/node/queue/redis.js';
import { receivedPipeline } from '../../src/node/queue/trial-paths.js';
import type { TrialTask } from '../../src/node/sweep/engine.js';
import { sweepPipeline } from '../../src/node/sweep/sweep-pipeline.js';
import { version } from '../../src/node/version.js';
import {
  type Ended,
  eventsOf,
  pipeline,
  pipelineProcess,
  type Started,
  scratchFolder,
  startPipeline,
  untilWritten,
} from './pipeline-command.js';
import { hasRedis, PASSWORD, type RedisServer, startRedis } from './redis-server.js';
import {
  COMMITTEE,
  dataFolder,
  epochsIn,
  fileOf,
  halfOf,
  locally,
  POINTS,
  type Result,
  resultOf,
  rowsOf,
  SLOW,
  sessionsOf,
  stop,
  TABLE,
  urlOf,
} from './worker-sweeps.js';

interface Committee {
  readonly folder: string;
  readonly members: readonly { readonly run: string; readonly weights: string }[];
}

const problemsOf = (ended: Ended): string[] =>
  eventsOf(ended).flatMap(({ event, problem }) => (event === 'problem' ? [String(problem)] : []));

let redis: RedisServer;
beforeAll(async () => {
  if (hasRedis) redis = await startRedis();
});
afterAll(() => redis?.stop());

const startWorker = async (store: string, more: readonly string[] = [], url = redis.url, data?: string) =>
  startPipeline([
    'worker',
    url,
    ...['--store', urlOf(store), '--data', data ?? (await dataFolder()), '--stalled-after', '4', '--allow-plugins'],
    ...more,
  ]);

const startSweep = (file: string, store: string, more: readonly string[] = [], url = redis.url): Started =>
  startPipeline(['sweep', file, '--queue', url, '--store', urlOf(store), '--json', ...more]);

describe.skipIf(!hasRedis)('a sweep on many machines (needs redis-server)', { timeout: 120_000 }, () => {
  it('comes to the table of one machine, though a worker is killed in the middle of a trial', async () => {
    const file = await fileOf(SLOW);
    const store = await scratchFolder();
    const sweep = startSweep(file, store);
    const killed = await startWorker(store);
    await untilWritten(sweep, '"epoch":2'); // the trial of the only worker so far
    killed.child.kill('SIGKILL');
    // the process that trains for it notices, and ends by itself: the trial is free before another worker takes it
    const isFree = async () => {
      const names = await readdir(join(store, 'table', 'sweep-1'), { recursive: true });
      return names.every((name) => name === 'lock.json' || !name.endsWith('lock.json')); // that of the sweep stays
    };
    await vi.waitUntil(isFree, { timeout: 30_000 });
    const others = await Promise.all([startWorker(store), startWorker(store)]);
    const [result, expected] = await Promise.all([resultOf(sweep), locally(file, SLOW)]);
    expect(result.status).toBe('completed');
    expect(rowsOf(result)).toEqual(rowsOf(expected));
    await stop(...others);
    const sessions = await Promise.all(result.trials.map(sessionsOf));
    expect(sessions.toSorted()).toEqual([1, 1, 1, 2]);
    for (const trial of result.trials) expect(await epochsIn(trial)).toEqual([1, 2, 3, 4]);
    // its runs are taken here, where their files are at another place than at the workers
    const evaluated = await pipeline(['evaluate', result.folder, '--split', 'validation', '--json']);
    expect(evaluated.code, evaluated.stderr).toBe(0);
  });

  it('trains the members of a committee, to the weights that they have on one machine', async () => {
    const file = await fileOf(COMMITTEE);
    const store = await scratchFolder();
    const words = ['committee', file, '--members', '4', '--json'];
    const queued = startPipeline([...words, '--queue', redis.url, '--store', urlOf(store)]);
    const workers = [await startWorker(store), await startWorker(store)];
    const [there, here] = await Promise.all([
      resultOf(queued),
      pipeline([...words, '--no-report', '--out', await scratchFolder()]),
    ]);
    await stop(...workers);
    expect(here.code, here.stderr).toBe(0);
    const drawn = ({ members }: Committee) => members.map(({ run: _, ...rest }) => rest);
    const committee = there as unknown as Committee;
    expect(committee.folder).toBe(join(store, 'table', 'committee-1'));
    expect(drawn(committee)).toEqual(drawn(eventsOf(here).at(-1) as unknown as Committee));
    const evaluated = await pipeline(['evaluate', committee.folder, '--json']);
    expect(evaluated.code, evaluated.stderr).toBe(0);
  });

  it('goes on where a worker is stopped, Redis is started again, and the sweep itself is stopped', async () => {
    const file = await fileOf(SLOW);
    const store = await scratchFolder();
    const kept = await scratchFolder();
    const first = await startRedis(kept);
    const sweep = startSweep(file, store, [], first.url);
    const stopped = await startWorker(store, [], first.url);
    await untilWritten(sweep, '"epoch":2');
    await stop(stopped); // after its step, with a checkpoint
    const worker = await startWorker(store, ['--jobs', '2'], first.url);
    await untilWritten(sweep, '"epoch":3'); // of the trial that was given back
    await first.stop();
    const again = await startRedis(kept, first.port);
    await untilWritten(sweep, '"status":"completed"');
    sweep.child.kill('SIGINT');
    const { folder, status } = await resultOf(sweep);
    expect(status).toBe('interrupted');
    const alone = await pipelineProcess(['resume', folder]);
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('workers train the trials of this sweep') });
    const [result, expected] = await Promise.all([
      resultOf(startSweep(folder, store, [], again.url)),
      locally(file, SLOW),
    ]);
    expect(rowsOf(result)).toEqual(rowsOf(expected));
    for (const trial of result.trials) expect(await epochsIn(trial)).toEqual([1, 2, 3, 4]);
    await stop(worker);
    await again.stop();
    for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      expect(await readFile(join(name.parentPath, name.name), 'latin1')).not.toContain(PASSWORD);
    }
  });

  it('leaves trials to other workers where one has not the data, or other data', async () => {
    const text = halfOf(TABLE);
    const file = await fileOf(text);
    const store = await scratchFolder();
    const sweep = startSweep(file, store, ['--no-send-data']);
    await untilWritten(sweep, '"trial":2');
    const empty = await startWorker(store, [], redis.url, await scratchFolder());
    await untilWritten(empty, 'points.csv', 'stderr');
    const changed = await dataFolder();
    await writeFile(join(changed, 'points.csv'), POINTS.replace('in', 'out'));
    const other = await startWorker(store, [], redis.url, changed);
    await untilWritten(other, 'by its SHA-256', 'stderr');
    const whole = await startWorker(store);
    const [result, expected] = await Promise.all([resultOf(sweep), locally(file, text)]);
    expect(result.trials).toHaveLength(2);
    expect(rowsOf(result)).toEqual(rowsOf(expected));
    await stop(empty, other, whole);
    // of two trials, each refused at least once
    expect((await empty.ended).stderr.match(/left to other workers/g)).toHaveLength(1);
    const refusals = problemsOf(await sweep.ended).filter((problem) => problem.includes('leaves trials to others'));
    expect(refusals).toEqual([expect.stringContaining('points.csv: '), expect.stringContaining('by its SHA-256')]);
  });

  it('gives workers the data that they lack, by their SHA-256, and reads what they have', async () => {
    const file = await fileOf(TABLE);
    const store = await scratchFolder();
    const one = ['--over', 'network.0.dense.units=[4]', '--over', 'train.sgd.learningRate=[0.1]'];
    const sweep = startSweep(file, store, one);
    const lacking = ['--store', urlOf(store), '--stalled-after', '4'];
    const empty = startPipeline(['worker', redis.url, ...lacking], { MARBLENET_CACHE: await scratchFolder() });
    const { status, trials } = await resultOf(sweep);
    expect(status).toBe('completed');
    await stop(empty);
    const { data } = JSON.parse(await readFile(join(trials[0].folder, 'environment.json'), 'utf8'));
    const [{ path, sha256 }] = data;
    expect(path).toContain(join('data', sha256, 'points.csv'));
    expect(await readFile(join(store, 'data', sha256), 'utf8')).toBe(POINTS);
    // what the store has under that name is another by now: it is refused, and named, and no worker needs it that has the file
    await writeFile(join(store, 'data', sha256), 'other bytes');
    const again = startSweep(file, store, one);
    const refused = startPipeline(['worker', redis.url, ...lacking], { MARBLENET_CACHE: await scratchFolder() });
    await untilWritten(refused, `${join(store, 'data', sha256)}: expected the SHA-256 ${sha256}, found`, 'stderr');
    const whole = await startWorker(store);
    const second = await resultOf(again);
    expect(second.trials[0].weights).toBe(trials[0].weights);
    await stop(refused, whole);
  });

  it('is had from code, with the store by its URL', async () => {
    const store = await scratchFolder();
    const worker = await startWorker(store);
    const queue = { url: redis.url, store: new URL(urlOf(store)) };
    const file = await fileOf(TABLE);
    const places = { queue, dataFolder: join(file, '..') };
    const result = await sweepPipeline(file, { ...places, over: ['network.0.dense.units=[4]'] });
    expect(result.trials.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(await readdir(join(store, 'table'))).toEqual(['sweep-1']);
    await stop(worker);
    await expect(sweepPipeline(file, { queue, out: store })).rejects.toThrow('leave out out');
    await expect(sweepPipeline(file, { queue: { ...queue, stroe: '' } as never })).rejects.toThrow('"stroe"');
    await expect(sweepPipeline(file, { queue: { ...queue, store: 'here' } })).rejects.toThrow(
      'expected file:///FOLDER',
    );
  });

  it('queues trials again whose keys are gone, where the connection stays', async () => {
    const store = await scratchFolder();
    const sweep = startSweep(await fileOf(TABLE), store);
    await untilWritten(sweep, '"trial":4');
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue(QUEUE, { connection });
    await vi.waitUntil(async () => (await queue.getJobCounts()).prioritized + (await queue.getWaitingCount()) === 4);
    await connection.flushall();
    const worker = await startWorker(store, ['--jobs', '2']);
    const { trials } = await resultOf(sweep);
    expect(trials.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
    await stop(worker);
    await queue.close();
    connection.disconnect();
  });

  it('says that there is no worker, by a sweep and a committee, as events and for people', async () => {
    const store = await scratchFolder();
    const [table, committee] = await Promise.all([fileOf(TABLE), fileOf(COMMITTEE)]);
    const queued = ['--queue', redis.url, '--store', urlOf(store)];
    const sweep = startSweep(table, store);
    const waiting = [
      startPipeline(['sweep', table, ...queued]),
      startPipeline(['sweep', table, ...queued, '--quiet']),
      startPipeline(['committee', committee, ...queued]),
    ];
    const problem = `no worker is at redis://127.0.0.1:${redis.port}; start one`;
    await Promise.all([
      untilWritten(sweep, `{"event":"problem","problem":"${problem}`),
      ...waiting.map((started) => untilWritten(started, `warning: ${problem}`, 'stderr')),
    ]);
    for (const { child } of waiting) child.kill('SIGINT');
    const worker = await startWorker(store);
    expect((await resultOf(sweep)).status).toBe('completed');
    await stop(worker);
    for (const { ended } of [sweep, ...waiting]) {
      const { stdout, stderr } = await ended;
      expect(stdout + stderr).not.toContain(PASSWORD);
    }
    expect(problemsOf(await sweep.ended)).toHaveLength(1);
  });

  it('is of a database that is there', async () => {
    const store = urlOf(await scratchFolder());
    const started = (address: string) => pipelineProcess(['worker', address, '--store', store]);
    expect(await started(`${redis.url}/99`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('out of range'),
    });
    expect(await started(`${redis.url}/abc`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected the number of a database, as redis://HOST:6379/1'),
    });
    expect(await started('redis://:a%ZZ@127.0.0.1:1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('%25'),
    });
  });

  it('stops bad trials early, and goes on with good ones first', async () => {
    const file = await fileOf(TABLE);
    const store = await scratchFolder();
    const worker = await startWorker(store);
    const sweep = startSweep(file, store, ['--strategy', 'halving', '--trials', '6']);
    const { status, trials } = await resultOf(sweep);
    expect(status).toBe('completed');
    expect(new Set(trials.map((trial) => trial.status))).toEqual(new Set(['completed', 'stopped']));
    await stop(worker);
  });

  it('tries by tpe what one machine tries, one trial at a time', async () => {
    const file = await fileOf(TABLE);
    const store = await scratchFolder();
    const rate = ['--over', 'train.sgd.learningRate={ log: [0.01, 1] }'];
    const words = ['--strategy', 'tpe', '--trials', String(RANDOM_TRIALS + 2), '--jobs', '1', ...rate];
    const sweep = startSweep(file, store, words);
    const worker = await startWorker(store);
    const here = pipeline(['sweep', file, ...words, '--out', await scratchFolder(), '--json', '--no-report']);
    const [result, expected] = await Promise.all([resultOf(sweep), here]);
    expect(result.trials).toHaveLength(RANDOM_TRIALS + 2);
    expect(rowsOf(result)).toEqual(rowsOf(eventsOf(expected).at(-1) as unknown as Result));
    await stop(worker);
  });

  it('runs a trial once that is queued twice, and not again when it is done', async () => {
    const file = await fileOf(TABLE);
    const store = await scratchFolder();
    const sweep = startSweep(file, store);
    const worker = await startWorker(store);
    const { folder, trials } = await resultOf(sweep);
    const [{ trial, weights }] = trials;
    const engines = await Promise.all(
      [1, 2].map(async () =>
        queueEngine({
          url: redis.url,
          store: await openStore(urlOf(store)),
          sweep: 'table/sweep-0',
          capacity: 1,
          dataFolder: join(file, '..'),
          data: [],
          onProblem: () => {},
        }),
      ),
    );
    const text = await readFile(join(folder, String(trial), 'pipeline.yaml'), 'utf8');
    const task: TrialTask = {
      trial: 9,
      folder: join(folder, '9'),
      pipeline: text,
      metric: 'validation.loss',
      oneThread: true,
      offline: false,
      plugins: false,
    };
    const train = () => engines.map((engine) => engine.run(task, () => {}, new AbortController().signal));
    const outcomes = await Promise.all(train());
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'completed', weights });
    expect(await sessionsOf(task)).toBe(1);
    expect(await train()[0]).toMatchObject({ status: 'completed', weights });
    expect(await sessionsOf(task)).toBe(1);
    for (const engine of engines) engine.close();
    await stop(worker);
  });

  it('takes jobs for data: what is no trial, is of other files, or brings code, is refused', async () => {
    const store = await scratchFolder();
    const file = await fileOf(SLOW);
    const sweep = startSweep(file, store, [
      '--over',
      'network.0.dense.units=[4]',
      '--over',
      'train.sgd.learningRate=[0.1]',
    ]);
    const worker = startPipeline(['worker', redis.url, '--store', urlOf(store), '--data', await dataFolder()]);
    await untilWritten(
      worker,
      'the trial names plug-ins, and this worker refuses them; start workers with --allow-plugins',
      'stderr',
    );
    sweep.child.kill('SIGINT');
    const { folder } = await resultOf(sweep);
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue(QUEUE, { connection });
    const reasonOf = async (data: object): Promise<string> => {
      const job = await queue.add('trial', data, { attempts: 1 });
      await vi.waitUntil(() => job.isFailed(), { timeout: 30_000 });
      return (await queue.getJob(String(job.id)))?.failedReason ?? '';
    };
    const trial = {
      version: version(),
      key: `table/${folder.split('/').at(-1)}/1`,
      pipeline: TABLE,
      data: [],
      metric: 'validation.loss',
      oneThread: true,
      offline: false,
    };
    expect(await reasonOf({ run: 'rm -rf /' })).toContain('this is no trial');
    expect(await reasonOf({ ...trial, key: '../elsewhere/1' })).toBe('"../elsewhere/1" is no folder of the store');
    for (const key of ['table/sweep-1/\u001b[31m', 'table/sweep-1/-5', '__proto__', ''])
      expect(await reasonOf({ ...trial, key })).toBe(
        'this is no trial: key: expected the folder of a trial, as relu/sweep-1/3',
      );
    const outside = { ...trial, pipeline: TABLE.replace('points.csv', '/etc/passwd') };
    expect(await reasonOf(outside)).toBe(
      '/etc/passwd: the trial names a file outside of the data folder of the worker',
    );
    const sha256 = '0'.repeat(64);
    const missing = { ...trial, data: [{ path: '../points.csv', sha256 }] };
    expect(await reasonOf(missing)).toBe(
      '../points.csv: the trial names a file outside of the data folder of the worker',
    );
    expect(await reasonOf({ ...trial, data: [{ path: 'points.csv', sha256: '../../secret' }] })).toContain(
      'is no trial',
    );
    const table = 'path,label\n/etc/shadow.png,a\n';
    const named = createHash('sha256').update(table).digest('hex');
    await mkdir(join(store, 'data'), { recursive: true });
    await writeFile(join(store, 'data', named), table);
    const pictures = TABLE.replace(
      'csv: { train: points.csv, target: class }',
      'images: { train: p.csv, size: [2, 2] }',
    );
    expect(await reasonOf({ ...trial, pipeline: pictures, data: [{ path: 'p.csv', sha256: named }] })).toBe(
      'p.csv: a table of pictures is never taken from the store; give workers it, and them: --data DIR',
    );
    await queue.close();
    connection.disconnect();
    await stop(worker);
  });
});

describe('a worker', () => {
  it('reads no other file, and no variable, for a pipeline that it is given', async () => {
    const data = await dataFolder();
    const refused = async (text: string, folder: string | undefined = data): Promise<string> =>
      receivedPipeline(text, folder, true).then(
        ({ resolved }) => resolved,
        ({ message }) => message,
      );
    expect(await refused(TABLE)).toContain(`train: ${join(data, 'points.csv')}`);
    expect(await refused(`extends: ../secret.yaml\n${TABLE}`)).toContain('a trial extends no other file');
    expect(await refused(TABLE.replace('name: table', `name: \${HOME}`))).toContain('HOME');
    expect(await refused(TABLE.replace('points.csv', '../points.csv'))).toContain('outside of the data folder');
    expect(await refused(TABLE.replace('epochs: 4', 'epochs: 4\nplugins: [../linger.ts]'))).toContain('outside of');
    const lacking = await receivedPipeline(TABLE, undefined, true).catch(({ message }) => message);
    expect(lacking).toBe(
      'points.csv: the trial reads it, and this worker has no data folder; start it with --data DIR',
    );
  });

  it('says what is wrong with its words, and shows no password', async () => {
    const store = urlOf(await scratchFolder());
    const said = async (...words: string[]) => {
      const { code, stderr } = await pipeline(['worker', ...words]);
      return [code, stderr.trim()];
    };
    expect(await said(`http://me:${PASSWORD}@here`, '--store', store)).toEqual([
      2,
      'the address of the queue: expected redis://HOST:6379, or rediss://USER:PASSWORD@HOST:6379',
    ]);
    const [code, stderr] = await said(`redis://me:${PASSWORD}@127.0.0.1:1/2`, '--store', store);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^redis:\/\/127\.0\.0\.1:1\/2: the queue cannot be reached: connection refused/);
    expect((await said('redis://here', '--store', `ftp://me:${PASSWORD}@here`))[1]).toBe(
      'the address of the store: expected file:///FOLDER, or s3://BUCKET/PREFIX',
    );
    expect((await said('redis://here', '--store', `${store}/none`))[1]).toContain('there is no such folder');
    expect((await said('redis://here'))[1]).toContain('expected --store, as --store file:///mnt/sweeps');
    const sweep = await pipeline(['sweep', 'x.yaml', '--queue', 'redis://here']);
    expect(sweep).toMatchObject({ code: 2, stderr: expect.stringContaining('--queue and --store: workers need both') });
  });
});
