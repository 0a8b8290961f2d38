/** `--store s3://BUCKET/PREFIX`: no folder is shared, and runs go through a bucket. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checksum } from '../../src/node/checksum.js';
import { locateFiles, sendFiles } from '../../src/node/queue/data-files.js';
import { openStore } from '../../src/node/queue/open-store.js';
import type { Store } from '../../src/node/queue/store.js';
import { createSweepFolder, type SweepRecord } from '../../src/node/sweep/sweep-folder.js';
import {
  pipeline,
  pipelineProcess,
  type Started,
  scratchFile,
  scratchFolder,
  startPipeline,
  untilWritten,
} from './pipeline-command.js';
import { hasRedis, type RedisServer, startRedis } from './redis-server.js';
import { BUCKET, type S3Server, SECRET_KEY, startS3 } from './s3-server.js';
import {
  COMMITTEE,
  dataFolder,
  epochsIn,
  fileOf,
  halfOf,
  locally,
  POINTS,
  resultOf,
  rowsOf,
  SLOW,
  sessionsOf,
  stop,
} from './worker-sweeps.js';

const URL = `s3://${BUCKET}/mine`;

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

/** No home folder with credentials of its own; the SDK says at its start that Node 20 grows old. */
const environmentOf = async (server = s3): Promise<Record<string, string>> => ({
  ...server.environment,
  HOME: await scratchFolder(),
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});

describe.skipIf(!hasRedis)(
  'a sweep on many machines without a folder that they share (needs redis-server)',
  {
    timeout: 120_000,
  },
  () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis?.stop());

    const start = async (words: readonly string[]): Promise<Started> =>
      startPipeline(words, { ...(await environmentOf()), MARBLENET_CACHE: await scratchFolder() });
    const startWorker = async (): Promise<Started> =>
      start([
        'worker',
        redis.url,
        ...['--store', URL, '--stalled-after', '4', '--allow-plugins'],
        ...['--data', await dataFolder()],
      ]);

    it('comes to the table of one machine, and goes on from the checkpoint that a killed worker has sent', async () => {
      const file = await fileOf(SLOW);
      const out = await scratchFolder();
      const sweep = await start(['sweep', file, '--queue', redis.url, '--store', URL, '--out', out, '--json']);
      const killed = await startWorker();
      await s3.untilSent(/run\.json$/, 'epoch-0000002-'); // after its first epoch
      s3.faults.push({ of: /run\.json$/, kind: 'silent' }); // it comes no farther, however long it takes to end it
      killed.child.kill('SIGKILL');
      await killed.ended;
      s3.faults.length = 0;
      const sent = s3.requests.length;
      const others = [await startWorker(), await startWorker()];
      const [result, expected] = await Promise.all([resultOf(sweep), locally(file, SLOW)]);
      expect(result.status).toBe('completed');
      expect(rowsOf(result)).toEqual(rowsOf(expected));
      await stop(...others);
      const sessions = await Promise.all(result.trials.map(sessionsOf));
      expect(sessions.toSorted()).toEqual([1, 1, 1, 2]);
      for (const trial of result.trials) expect(await epochsIn(trial)).toEqual([1, 2, 3, 4]);
      // what the killed worker had sent was asked for, and of each trial one copy is left
      expect(s3.requests.slice(sent).filter((request) => /^GET .*run\.json$/.test(request))).not.toEqual([]);
      const manifests = [...s3.objects.keys()].filter((key) => key.endsWith('/run.json'));
      expect(manifests.map((key) => key.split('/').at(-3)).toSorted()).toEqual(['1', '2', '3', '4']);
      // its runs are taken here
      const evaluated = await pipeline(['evaluate', result.folder, '--split', 'validation', '--json']);
      expect(evaluated.code, evaluated.stderr).toBe(0);
      for (const name of await readdir(out, { recursive: true, withFileTypes: true })) {
        if (!name.isFile()) continue;
        expect(await readFile(join(name.parentPath, name.name), 'latin1')).not.toContain(SECRET_KEY);
      }
    });

    it('has the members of a committee, too', async () => {
      const file = await fileOf(COMMITTEE);
      const out = await scratchFolder();
      const words = ['--members', '2', '--queue', redis.url, '--store', URL, '--out', out, '--json'];
      const committee = await start(['committee', file, ...words]);
      const worker = await startWorker();
      const { folder, status } = await resultOf(committee);
      await stop(worker);
      expect({ folder, status }).toEqual({ folder: join(out, 'table', 'committee-1'), status: 'completed' });
      expect((await pipeline(['evaluate', folder])).stdout).toContain('average');
    });

    it('leaves a trial to others where the store refuses a worker, and goes on where the sweep was stopped', async () => {
      const text = halfOf(SLOW);
      const file = await fileOf(text);
      const out = await scratchFolder();
      const words = ['--queue', redis.url, '--store', URL, '--json'];
      const sweep = await start(['sweep', file, ...words, '--out', out]);
      await untilWritten(sweep, '"trial":2');
      s3.faults.push(...Array(99).fill({ of: /^PUT .*run\.json$/, kind: 'denied' }));
      // a checkpoint that cannot be sent is told of; at the end, it is too much
      const refused = await startWorker();
      await untilWritten(refused, 'left to other workers', 'stderr');
      await stop(refused);
      const { stderr } = await refused.ended;
      expect(stderr).toContain(`${URL}: the store cannot be used: access is denied: the credentials must allow to`);
      expect(stderr).not.toContain(SECRET_KEY);
      s3.faults.length = 0;
      sweep.child.kill('SIGINT');
      const { folder } = await resultOf(sweep);
      const worker = await startWorker();
      const again = await start(['sweep', folder, ...words]);
      const [result, expected] = await Promise.all([resultOf(again), locally(file, text)]);
      expect(result.trials).toHaveLength(2);
      expect(rowsOf(result)).toEqual(rowsOf(expected));
      await stop(worker);
    });
  },
);

describe('a store in a bucket', () => {
  let store: Store;
  let key: string;
  let sweep: string;
  beforeAll(async () => {
    for (const [name, value] of Object.entries(await environmentOf())) vi.stubEnv(name, value);
    vi.stubEnv('MARBLENET_CACHE', await scratchFolder());
    store = await openStore(URL);
  });
  afterAll(() => vi.unstubAllEnvs());
  beforeEach(async () => {
    sweep = createSweepFolder(await scratchFolder(), '', { name: 'table' } as SweepRecord);
    key = await store.enter(join(sweep, '7'), `table/sweep-${randomBytes(8).toString('hex')}`);
  });

  /** What `work` did to a run that it writes as a worker does. */
  const save = (write: (folder: string) => Promise<void>): Promise<string | undefined> =>
    store.inRun(key, async ({ folder, save }) => {
      await mkdir(join(folder, 'checkpoints'), { recursive: true });
      await write(folder);
      return save();
    });
  const writer = (epoch: number, events: string) => async (folder: string) => {
    await writeFile(join(folder, 'checkpoints', `epoch-000000${epoch}-step-0000000008.safetensors`), events);
    await writeFile(join(folder, 'events.jsonl'), events);
    await writeFile(join(folder, 'environment.json'), '{}');
    await writeFile(join(folder, 'lock.json'), 'of this machine');
  };
  const eventsOf = (): Promise<string> =>
    store.inRun(key, ({ folder }) => readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => 'none'));

  it('has of a run that is sent half what was sent before, and of two workers that of the farther one', async () => {
    expect(await eventsOf()).toBe('none');
    await save(writer(2, 'two epochs'));
    await store.inRun(key, async (slow) => {
      s3.faults.push({ of: /^PUT .*run\.json$/, kind: 'denied' });
      await expect(save(writer(3, 'three epochs'))).rejects.toThrow('access is denied');
      expect(await eventsOf()).toBe('two epochs');
      await save(writer(4, 'four epochs'));
      await slow.save(); // of a worker whose trial another has by now
    });
    expect(await eventsOf()).toBe('four epochs');
  });

  it('brings the copy that is asked for, whole, and removes the others', async () => {
    await save(writer(4, 'of another worker'));
    const wanted = await save(writer(3, 'of this one'));
    const folder = join(sweep, '7');
    await store.bring(key, folder, wanted);
    expect(await readFile(join(folder, 'events.jsonl'), 'utf8')).toBe('of this one');
    expect(await readdir(folder)).not.toContain('lock.json');
    expect(await eventsOf()).toBe('of this one');
    const damaged = [...s3.objects].find(([, bytes]) => bytes.toString() === 'of this one')?.[0] ?? '';
    s3.objects.set(damaged, Buffer.from('other bytes'));
    await expect(store.bring(key, folder, wanted)).rejects.toThrow(
      new RegExp(`^s3://${BUCKET}/${damaged}: expected the SHA-256 [0-9a-f]{64}, found`),
    );
    expect(await readFile(join(folder, 'events.jsonl'), 'utf8')).toBe('of this one');
    expect(await eventsOf()).toBe('none'); // and is trained anew
  });

  it('asks again where S3 is busy, goes on where an answer was cut off, and sends what is large in parts', async () => {
    const large = randomBytes(17 * 2 ** 20);
    s3.faults.push({ of: /^PUT/, kind: 'unavailable' }, { of: /^GET .*[0-9a-f]{64}$/, kind: 'cut' });
    await save(async (folder) => {
      await writer(2, 'large')(folder);
      await writeFile(join(folder, 'model.safetensors'), large);
    });
    s3.faults.push({ of: /^GET .*[0-9a-f]{64}$/, kind: 'cut' });
    const found = await store.inRun(key, ({ folder }) => readFile(join(folder, 'model.safetensors')));
    expect(found.equals(large)).toBe(true);
    expect(s3.faults).toEqual([]);
    expect(s3.requests.filter((request) => request.startsWith('POST'))).toHaveLength(2);
  });

  it('has a data file by its SHA-256, which is sent once, and comes whole', async () => {
    const folder = await dataFolder();
    const text = `${POINTS}0,0,in\n`; // of no sweep
    const files = [{ path: 'points.csv', sha256: checksum(Buffer.from(text)) }];
    const key = `mine/data/${files[0].sha256}`;
    await writeFile(join(folder, 'points.csv'), 'edited');
    await expect(sendFiles(store.objects, folder, files)).rejects.toThrow('changed while it was read');
    expect(s3.objects.has(key)).toBe(false);
    await writeFile(join(folder, 'points.csv'), text);
    for (let times = 0; times < 2; times++) await sendFiles(store.objects, folder, files);
    expect(s3.requests.filter((request) => request === `PUT ${key}`)).toHaveLength(1);
    expect(await locateFiles(store.objects, files, folder)).toEqual(
      new Map([['points.csv', join(folder, 'points.csv')]]),
    );
    expect(s3.requests).not.toContain(`GET ${key}`);
    s3.faults.push({ of: /^GET mine.data/, kind: 'cut' });
    const [one, other] = await Promise.all([1, 2].map(() => locateFiles(store.objects, files, undefined)));
    expect(one).toEqual(other);
    expect(await readFile(one.get('points.csv') ?? '', 'utf8')).toBe(text);
    const gone = [{ path: 'gone.csv', sha256: '0'.repeat(64) }];
    await expect(locateFiles(store.objects, gone, folder)).rejects.toThrow(
      `gone.csv: it is not in the data folder as the sweep has read it, nor in the store: s3://${BUCKET}/mine/data/0000`,
    );
  });

  it('takes keys and names of files for data', async () => {
    for (const wrong of ['../table/sweep-0/1', 'table/sweep-0/../1', '/sweep-0/1', 'table/sweep-0']) {
      await expect(store.inRun(wrong, async () => {})).rejects.toThrow('is no trial of the store');
    }
    await expect(store.inRun('table/sweep-0/1', async () => {})).rejects.toThrow(
      `s3://${BUCKET}/mine/table/sweep-0: there is no sweep, and no committee; is this the store that it writes into?`,
    );
    const evil = 'aa'.repeat(32);
    s3.objects.set(`mine/${key}/c0/run.json`, Buffer.from(JSON.stringify({ files: { '../../evil': evil } })));
    s3.objects.set(`mine/${key}/c0/${evil}`, Buffer.from('evil'));
    expect(await eventsOf()).toBe('none');
  });
});

describe('the address of a store', () => {
  const said = async (url: string, changes: Record<string, string | undefined> = {}, nodeOptions?: string) => {
    const given = { ...(await environmentOf()), NODE_OPTIONS: nodeOptions, ...changes };
    const environment = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const { code, stderr } = await pipelineProcess(
      ['worker', 'redis://127.0.0.1:1', '--store', url],
      environment as Record<string, string>,
    );
    expect(stderr).not.toContain(SECRET_KEY);
    return `${code} ${stderr.trim()}`;
  };
  it.each(['s3://', 's3:sweeps', `s3://me:${SECRET_KEY}@sweeps/mine`, 's3://sweeps/a//b', 's3://sweeps/../b'])(
    'is not %s',
    async (url) => {
      expect(await said(url)).toBe(
        '2 the address of the store: expected s3://BUCKET/PREFIX; credentials are in the environment, not in it',
      );
    },
  );

  it('leads to a bucket that is there, and may be used', async () => {
    expect(await said(URL, { AWS_ACCESS_KEY_ID: undefined })).toContain(
      `1 ${URL}: the store cannot be used: there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    );
    expect(await said(URL, { AWS_ACCESS_KEY_ID: 'ANOTHER' })).toContain('the credentials are refused: look at');
    expect(await said(URL, { AWS_SECRET_ACCESS_KEY: 'wrong' })).toContain('the credentials are refused');
    expect(await said('s3://elsewhere')).toContain('s3://elsewhere: the store cannot be used: there is no such');
    expect(await said(URL, { AWS_REGION: undefined })).toContain('no region is set; AWS_REGION names it');
    const nobody = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' };
    expect(await said(URL, nobody)).toContain('the store cannot be used: connection refused');
  });

  it('takes a package, which may not be installed', async () => {
    const hook = await scratchFile(
      'hook.mjs',
      "export const resolve = (name, context, next) => next(name.replace('@aws-sdk/client-s3', './none.js'), context);",
    );
    const register = await scratchFile(
      'register.mjs',
      `import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(hook))});`,
    );
    const options = `--import=${pathToFileURL(register)}`;
    expect(await said(URL, {}, options)).toBe(
      '2 a store of S3 takes the package @aws-sdk/client-s3, which is not here: npm install @aws-sdk/client-s3',
    );
  });
});
