/** Going on with a run that is kept: on the files that it began with, and by one process at a time. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { encodeIdx, loadModel, resumeRun, runPipeline } from 'marblenet';
import { beforeEach, describe, expect, it } from 'vitest';
import { sectionOf, TINY, tinyWith } from '../tiny-pipeline.js';
import { temporaryFolder } from './temporary-folder.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

type Options = NonNullable<Parameters<typeof runPipeline>[1]>;

const OF_FILES = TINY.replace(
  sectionOf('data'),
  `data:
  - idx: { train: { images: data/images, labels: data/labels }, test: { images: data/images, labels: data/labels } }
  - normalize: { divisor: 255 }
  - oneHot: { classes: 10 }
`,
);

/** 100 pictures of 2 x 2, whose class is one of the bytes. */
async function writeData(into: string, first = 0): Promise<void> {
  const pixels = Uint8Array.from({ length: 400 }, (_, i) => (i === 0 ? first : (37 * i) % 251));
  await mkdir(into, { recursive: true });
  await writeFile(join(into, 'images'), encodeIdx([100, 2, 2], pixels));
  await writeFile(
    join(into, 'labels'),
    encodeIdx(
      [100],
      Uint8Array.from({ length: 100 }, (_, i) => i % 10),
    ),
  );
}

/** Runs a text as a file of the folder, and stops it after its first epoch. */
async function stopped(text: string, more: Options = {}): Promise<string> {
  await writeFile(join(folder, 'tiny.yaml'), text);
  const controller = new AbortController();
  const reason = new Error('enough');
  const onEvent: Options['onEvent'] = ({ event }) => void (event === 'epoch' && controller.abort(reason));
  const out = join(folder, 'runs');
  const run = runPipeline(join(folder, 'tiny.yaml'), { out, signal: controller.signal, onEvent, ...more });
  await expect(run).rejects.toBe(reason);
  return join(out, 'tiny/1');
}

const refusalOf = (attempt: Promise<unknown>): Promise<{ readonly message: string; readonly exitCode: number }> =>
  attempt.then(
    () => expect.fail('it should have been refused'),
    (error) => error,
  );

describe('a run on files', () => {
  beforeEach(() => writeData(join(folder, 'data')));

  it('goes on, though they are named as from another folder; also when it was moved, and when they were', async () => {
    const left = await stopped(OF_FILES);
    const whole = await runPipeline(join(folder, 'tiny.yaml'));
    const moved = await temporaryFolder();
    await cp(left, join(moved, 'moved'), { recursive: true });
    await cp(left, join(moved, 'with-data'), { recursive: true });
    expect((await resumeRun(left)).weights).toBe(whole.weights);
    expect((await resumeRun(join(moved, 'moved'))).weights).toBe(whole.weights);
    await writeData(join(moved, 'data'));
    await rm(join(folder, 'data'), { recursive: true });
    const files = `{ images: ${join(moved, 'data/images')}, labels: ${join(moved, 'data/labels')} }`;
    const set = ['train', 'test'].map((split) => `data.0.idx.${split}=${files}`);
    expect((await resumeRun(join(moved, 'with-data'), { set })).weights).toBe(whole.weights);
  });

  it('does not go on with others', async () => {
    const left = await stopped(OF_FILES);
    const changed = join(folder, 'data/images');
    await writeData(join(folder, 'data'), 1);
    expect(await refusalOf(resumeRun(left))).toMatchObject({
      exitCode: 3,
      message: `${changed}: this file was changed since the run read it (by its SHA-256), so that the run cannot go on with it; put back the file as it was, or run the pipeline anew`,
    });
    const other = join(folder, 'other');
    await writeData(other, 2);
    await writeData(join(folder, 'data'));
    const set = ['train', 'test'].map((split) => `data.0.idx.${split}.images=${join(other, 'images')}`);
    expect((await refusalOf(resumeRun(left, { set }))).message).toContain(
      `${join(other, 'images')}: this is none of the data files that the run began with`,
    );
    await resumeRun(left); // a refusal has changed nothing
  });
});

it('a run with plug-ins does not go on with others', async () => {
  const plugin = join(folder, 'lisht.ts');
  const code = (slope: number) => `import { activation } from 'marblenet';
export const lisht = activation({
  name: 'lisht',
  summary: 'A straight line',
  example: 'lisht',
  formula: () => ({ value: (z) => ${slope} * z, derivative: () => ${slope} }),
});
`;
  await writeFile(plugin, code(1));
  const left = await stopped(tinyWith('seed: 1', 'seed: 1\nplugins: [lisht.ts]').replace('- relu', '- lisht'));
  await writeFile(plugin, code(2));
  expect(await refusalOf(resumeRun(left))).toMatchObject({
    exitCode: 3,
    message: expect.stringContaining(`${plugin}: this file was changed since the run read it`),
  });
  await writeFile(plugin, code(1));
  await resumeRun(left);
});

describe('the lock of a run', () => {
  it('lets one of many go on with it, and is gone afterwards', async () => {
    const left = await stopped(tinyWith('epochs: 2', 'epochs: 3'));
    const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => resumeRun(left)));
    const refused = attempts.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(3);
    for (const { message, exitCode } of refused) {
      expect(exitCode).toBe(2);
      expect(message).toBe(
        `${left}: this run is under way, in process ${process.pid}; wait for its end, or end it first`,
      );
    }
    expect(await readdir(left)).not.toContain('lock.json');
  });

  it('is held by the first run, too', async () => {
    const left = join(folder, 'runs/tiny/1');
    let refusal: Promise<{ readonly message: string }> | undefined;
    await stopped(TINY, {
      betweenSteps: () => {
        refusal ??= refusalOf(resumeRun(left));
      },
    });
    expect((await refusal)?.message).toContain('this run is under way, in process');
  });

  // the third has no start to compare, as on systems that say none
  const began = new Date().toISOString();
  it.each([
    ['of a process that is gone', { pid: 2 ** 22 + 1, host: hostname(), began }],
    ['of another process with the same number', { pid: process.pid, host: hostname(), began, started: 'before' }],
    ['of another process with the same number', { pid: process.pid, host: hostname(), began: '2001-01-01T00:00:00Z' }],
    ['of another machine', { pid: process.pid, host: `not-${hostname()}`, began }],
    ['that is damaged', 'x'],
  ])('is taken over: %s', async (_, lock) => {
    const left = await stopped(TINY);
    await writeFile(join(left, 'lock.json'), JSON.stringify(lock));
    await resumeRun(left);
    expect((await readdir(left)).filter((name) => name.startsWith('lock'))).toEqual([]);
    expect(await readFile(join(left, 'events.jsonl'), 'utf8')).toContain('"status":"completed"');
  });
});

describe('a run that is complete', () => {
  it('has nothing left to do: it ends as it did, and nothing is written', async () => {
    const { weights, folder: run } = await runPipeline('tiny.yaml', { text: TINY, out: folder });
    const kept = String(run);
    const contents = async () => {
      const names = await readdir(kept);
      return Promise.all(
        names.map(async (name) => [name, name === 'checkpoints' || (await readFile(join(kept, name), 'hex'))]),
      );
    };
    const before = await contents();
    const events: string[] = [];
    const again = await resumeRun(kept, { onEvent: ({ event }) => void events.push(event), set: ['epochs=2'] });
    expect(again).toMatchObject({ weights, folder: kept, epochs: 2 });
    expect(events).toEqual(['end']);
    expect(await contents()).toEqual(before);
  });

  it('makes its model again, byte for byte, where that was removed', async () => {
    const kept = String((await runPipeline('tiny.yaml', { text: TINY, out: folder })).folder);
    const model = join(kept, 'model.safetensors');
    const before = await readFile(model);
    await rm(model);
    await resumeRun(kept);
    expect(before.equals(await readFile(model))).toBe(true);
  });

  it.each([
    ['name=other', 'name is "tiny" in the run, and would be "other" now: that is another run;'],
    ['backend=typescript', 'backend is "wasm" in the run'],
    ['seed=2', 'seed is 1 in the run'],
    ['dtype=float64', 'dtype is "float32" in the run'],
  ])('is not made another one: %s', async (set, problem) => {
    const { folder: run } = await runPipeline('tiny.yaml', { text: TINY, out: folder });
    expect(await refusalOf(resumeRun(String(run), { set: [set] }))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(problem),
    });
  });

  it('nor is one that begins anew', async () => {
    const left = await stopped(TINY);
    await rm(join(left, 'checkpoints/epoch-0000002-step-0000000010.safetensors'));
    expect((await refusalOf(resumeRun(left, { set: ['network.0.dense.units=9'] }))).message).toContain(
      'network.0 is {"dense":{"units":8,',
    );
    await resumeRun(left, { set: ['threads=1'] });
  });
});

it('the newest run that is complete is the one whose model is wanted', async () => {
  await stopped(TINY);
  const out = join(folder, 'runs');
  const reachedBy = async () => (await loadModel(join(out, 'tiny'))).description.reached?.epoch;
  expect(await reachedBy()).toBe(1);
  await runPipeline('tiny.yaml', { text: TINY, out });
  await stopped(tinyWith('epochs: 2', 'epochs: 3'));
  expect(await readdir(join(out, 'tiny'))).toHaveLength(3);
  expect(await reachedBy()).toBe(2);
});
