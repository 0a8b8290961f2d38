/** The folder of a run, from code: what is written, when, and what is not. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Checkpoint, type EndEvent, loadModel, type PipelineEvent, resumeRun, runPipeline } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { turnsWhenReady } from '../../src/core/scheduler.js';
import { runFile } from '../../src/node/run-file.js';
import { TINY, tinyWith, VALIDATED } from '../tiny-pipeline.js';
import { temporaryFolder } from './temporary-folder.js';

/** Runs a text, and keeps it. */
async function kept(text: string, more: Parameters<typeof runPipeline>[1] = {}) {
  const out = await temporaryFolder();
  const result = await runPipeline('tiny.yaml', { text, out, ...more });
  return { ...result, folder: String(result.folder), out };
}

const eventsIn = async (folder: string) =>
  (await readFile(join(folder, 'events.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** The lines of events as they are written, without what the clock and the name of the run say. */
const linesIn = async (folder: string) =>
  (await readFile(join(folder, 'events.jsonl'), 'utf8'))
    .split('\n')
    .map((line) => line.replace(/"(runId|seconds|samplesPerSecond)":("\w+"|[\d.]+)/g, '"$1":0'));

/** The names of events in order, without those of measured steps. */
const namesIn = async (folder: string): Promise<string[]> =>
  (await eventsIn(folder)).map(({ event }) => event).filter((event) => event !== 'scalars');

const messageOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => expect.fail('it should have failed'),
    (error: Error) => error.message,
  );

it('holds the pipeline, the events, the environment, the model and a checkpoint', async () => {
  const { folder, out, weights, network } = await kept(TINY);
  expect(folder).toBe(join(out, 'tiny/1'));
  expect((await readdir(folder)).sort()).toEqual([
    'checkpoints',
    'environment.json',
    'events.jsonl',
    'model.safetensors',
    'pipeline.yaml',
  ]);
  expect(await readdir(join(folder, 'checkpoints'))).toEqual(['epoch-0000003-step-0000000020.safetensors']);
  expect(await namesIn(folder)).toEqual(['start', 'epoch', 'epoch', 'end']);
  expect((await runPipeline(join(folder, 'pipeline.yaml'))).weights).toBe(weights);
  expect(await (await loadModel(folder)).encode()).toEqual(await network.encode());
  const { sessions, data } = JSON.parse(await readFile(join(folder, 'environment.json'), 'utf8'));
  expect(data).toEqual([]);
  expect(sessions).toMatchObject([{ pid: process.pid, node: process.versions.node, kernels: expect.any(String) }]);
});

it.each([true, false])('the last event, the result and the model share nothing, kept: %s', async (isKept) => {
  let last: PipelineEvent | undefined;
  const onEvent = (event: PipelineEvent) => {
    last = event;
  };
  const options = isKept ? { out: await temporaryFolder() } : {};
  const { network, ...result } = await runPipeline('tiny.yaml', { text: TINY, onEvent, ...options });
  const before = { event: structuredClone(last), model: await network.encode() };
  Object.assign(result.train, { loss: -1 });
  Object.assign(result.data, { source: 'mine', scaling: { mean: 1, std: 1 } });
  expect(last).toEqual(before.event);
  Object.assign((last as EndEvent).data.scaling, { mean: 2 });
  expect(result.data.scaling.mean).toBe(1);
  expect(await network.encode()).toEqual(before.model);
});

it('is another for each run, also for those at the same time', async () => {
  const out = await temporaryFolder();
  const runs = [1, 2, 3, 4].map(() => runPipeline('tiny.yaml', { text: TINY, out }));
  const folders = (await Promise.all(runs)).map(({ folder }) => folder);
  expect(folders.sort()).toEqual([1, 2, 3, 4].map((number) => join(out, 'tiny', String(number))));
});

it.each([
  ['a/../b:*', 'a-..-b'],
  ['..', 'pipeline'],
  ['数字', '数字'],
  ['x'.repeat(100), 'x'.repeat(60)],
])('has a name that is one of a folder: %s', async (name, expected) => {
  const { folder, out } = await kept(tinyWith('name: tiny', `name: "${name}"`));
  expect(folder).toBe(join(out, expected, '1'));
});

it('is not there when the pipeline is wrong, or its data are missing', async () => {
  const out = await temporaryFolder();
  await messageOf(runPipeline('tiny.yaml', { text: tinyWith('relu', 'rleu'), out }));
  const idx = '  - idx: { train: { images: a, labels: b } }';
  await messageOf(runPipeline('tiny.yaml', { text: tinyWith('  - digits: { train: 200, test: 50 }', idx), out }));
  expect(await readdir(out)).toEqual([]);
});

describe('checkpoint:', () => {
  it.each([
    ['{ every: epoch, keep: 5 }', ['0000002-step-0000000010', '0000003-step-0000000020']],
    ['{ every: epoch, keep: 1 }', ['0000003-step-0000000020']],
  ])('%s', async (setting, names) => {
    // each step waits until what is written is there
    const { folder } = await kept(tinyWith('epochs: 2', `epochs: 2\ncheckpoint: ${setting}`));
    expect(await readdir(join(folder, 'checkpoints'))).toEqual(names.map((name) => `epoch-${name}.safetensors`));
  });

  it('each epoch has one, which waits where others are still being written', async () => {
    const out = await temporaryFolder();
    const checkpoints = join(out, 'tiny/1/checkpoints');
    const text = tinyWith('epochs: 2', 'epochs: 4\ncheckpoint: { every: epoch, keep: 9 }');
    let time = 0;
    let wait: Promise<void> | undefined;
    // the first epochs take a turn of the event loop each: too little for a file; then the steps wait for the second one
    const written = async () => {
      while (!(await readdir(checkpoints)).some((name) => name.startsWith('epoch-0000003'))) await setImmediate();
    };
    const now = () => {
      if (wait !== undefined) time += 1000; // each step takes a turn, and waits
      return time;
    };
    const scheduler = { ...turnsWhenReady(() => wait), now };
    const onEvent: Parameters<typeof runFile>[1]['onEvent'] = (event) => {
      if (event.event === 'step' && event.step === 31) wait = written();
    };
    await runFile('tiny.yaml', { text, out, everyStep: true, onEvent }, { scheduler });
    expect(await readdir(checkpoints)).toEqual([
      'epoch-0000002-step-0000000010.safetensors',
      'epoch-0000003-step-0000000020.safetensors',
      'epoch-0000004-step-0000000032.safetensors',
      'epoch-0000005-step-0000000040.safetensors',
    ]);
  });

  it.each(['1.5 steps', '0 steps', 'often', '30 s ', '5'])('refuses every: %s', async (every) => {
    const text = tinyWith('epochs: 2', `epochs: 2\ncheckpoint: { every: "${every}" }`);
    expect(await messageOf(runPipeline('tiny.yaml', { text }))).toContain(
      'tiny.yaml:4:22: checkpoint.every: expected epoch, a number of steps as "500 steps", or a time as "30 s", found',
    );
  });
});

it('holds the best model, and the last one beside it', async () => {
  const { folder, best, weights } = await kept(
    VALIDATED.replace('epochs: 2', 'epochs: 3\nbest: { monitor: validation.loss }'),
  );
  const [model, last] = [await loadModel(folder), await loadModel(join(folder, 'model-last.safetensors'))];
  expect(model.description.reached).toMatchObject({ epoch: 3, metrics: { test: expect.any(Object) } });
  expect(last.description.reached).toMatchObject({ epoch: 3 });
  expect(best).toMatchObject({ monitor: 'validation.loss' });
  expect(weights).toMatch(/^sha256:/);
});

describe('a run that fails', () => {
  it('is kept, with the reason', async () => {
    const out = await temporaryFolder();
    const text = tinyWith('learningRate: 0.1', 'learningRate: 1e30');
    const problem = await messageOf(runPipeline('tiny.yaml', { text, out }));
    const events = await eventsIn(join(out, 'tiny/1'));
    expect(events.at(-1)).toMatchObject({ event: 'end', status: 'failed', error: problem });
    expect(await readdir(join(out, 'tiny/1/checkpoints'))).toEqual([]);
  });

  it('and one that is stopped has a checkpoint, and goes on to the same end', async () => {
    const whole = await kept(TINY);
    const out = await temporaryFolder();
    const controller = new AbortController();
    const reason = new Error('enough');
    const stopped = runPipeline('tiny.yaml', {
      text: TINY,
      out,
      signal: controller.signal,
      onEvent: ({ event }) => void (event === 'epoch' && controller.abort(reason)),
    });
    await expect(stopped).rejects.toBe(reason);
    const folder = join(out, 'tiny/1');
    expect((await eventsIn(folder)).at(-1)).toMatchObject({
      event: 'end',
      status: 'interrupted',
      epochs: 1,
      steps: 10,
    });
    const result = await resumeRun(folder);
    expect(result).toMatchObject({ weights: whole.weights, test: whole.test, folder });
    expect(await namesIn(folder)).toEqual(['start', 'epoch', 'epoch', 'end']);
    const { sessions } = JSON.parse(await readFile(join(folder, 'environment.json'), 'utf8'));
    expect(sessions).toHaveLength(2);
  });
});

describe('the scalars', () => {
  const scalarsIn = async (folder: string) => (await eventsIn(folder)).filter(({ event }) => event === 'scalars');

  it('are kept with the other events, and told as they are', async () => {
    const told: PipelineEvent[] = [];
    const { folder } = await kept(TINY, { onEvent: (event) => void told.push(event) });
    const scalars = await scalarsIn(folder);
    expect(scalars.map(({ epoch, step }) => [epoch, step])).toEqual(
      Array.from({ length: 20 }, (_, i) => [i < 10 ? 1 : 2, i + 1]),
    );
    expect(scalars).toEqual(told.filter(({ event }) => event === 'scalars'));
  });

  it('are not asked for where nothing is kept, but can be', async () => {
    const told: string[] = [];
    const options = { text: TINY, onEvent: ({ event }: PipelineEvent) => void told.push(event) };
    await runPipeline('tiny.yaml', options);
    expect(told).not.toContain('scalars');
    await runPipeline('tiny.yaml', { ...options, scalars: true });
    expect(told).toContain('scalars');
  });

  it('stay away where they are not wanted, also from a run that goes on', async () => {
    const { folder } = await kept(TINY, { scalars: false });
    await resumeRun(folder, { set: ['epochs=3'] });
    expect((await eventsIn(folder)).map(({ event }) => event)).toEqual(['start', 'epoch', 'epoch', 'epoch', 'end']);
  });

  it('are taken back and written again, bit for bit, where a run was killed in the middle of an epoch', async () => {
    const text = tinyWith('epochs: 2', 'epochs: 3\ncheckpoint: { every: 7 steps, keep: 9 }');
    const whole = await kept(text);
    const expected = await linesIn(whole.folder);
    for (const name of (await readdir(join(whole.folder, 'checkpoints'))).reverse()) {
      const events = await readFile(join(whole.folder, 'events.jsonl'), 'utf8');
      await writeFile(join(whole.folder, 'events.jsonl'), events.replace(/^.*"end".*\n/m, ''));
      await resumeRun(whole.folder);
      expect(await linesIn(whole.folder)).toEqual(expected);
      await rm(join(whole.folder, 'checkpoints', name));
    }
  });
});

describe('resumeRun', () => {
  it('gives a run more epochs, to the weights of the longer run', async () => {
    const [short, long] = [await kept(TINY), await kept(tinyWith('epochs: 2', 'epochs: 4'))];
    const result = await resumeRun(short.folder, { set: ['epochs=4'] });
    expect(result).toMatchObject({ epochs: 4, weights: long.weights, runId: short.runId });
    expect(await readFile(join(short.folder, 'pipeline.yaml'), 'utf8')).toContain('epochs: 4');
    expect(await linesIn(short.folder)).toEqual(await linesIn(long.folder));
  });

  it.each(['with its checkpoint', 'without one'])('says how the run began as it was said: %s', async (how) => {
    // in the folder's own file, the learning rate that lint warns of stands on another line
    const text = `# a comment\n\n${tinyWith('sgd: { learningRate: 0.1 }', 'adam: { learningRate: 0.1 }')}`;
    const whole = await kept(text);
    const out = await temporaryFolder();
    const controller = new AbortController();
    const onEvent: NonNullable<Parameters<typeof runPipeline>[1]>['onEvent'] = ({ event }) =>
      void (event === 'epoch' && controller.abort(new Error('enough')));
    await messageOf(runPipeline('tiny.yaml', { text, out, signal: controller.signal, onEvent }));
    const folder = join(out, 'tiny/1');
    if (how === 'without one') await rm(join(folder, 'checkpoints'), { recursive: true });
    expect((await resumeRun(folder)).weights).toBe(whole.weights);
    expect(await linesIn(folder)).toEqual(await linesIn(whole.folder));
    expect((await linesIn(folder))[0]).toContain('"warnings":["tiny.yaml:19:5: ');
    expect(await readdir(join(folder, 'checkpoints'))).toHaveLength(how === 'without one' ? 1 : 2);
  });

  it('needs no file of initial weights once there is a checkpoint', async () => {
    const model = join(String((await kept(TINY)).folder), 'model.safetensors');
    const out = await temporaryFolder();
    const text = `initialWeights: ${model}\n${tinyWith('units: 8', 'units: 8, freeze: true')}`;
    const whole = await kept(text);
    const short = await runPipeline('tiny.yaml', { text, out, set: ['epochs=1'] });
    await rm(model);
    expect((await resumeRun(String(short.folder), { set: ['epochs=2'] })).weights).toBe(whole.weights);
    expect(await readFile(join(String(short.folder), 'pipeline.yaml'), 'utf8')).toContain(`initialWeights: ${model}`);
    await rm(join(String(short.folder), 'checkpoints'), { recursive: true });
    expect(await messageOf(resumeRun(String(short.folder), { set: ['epochs=3'] }))).toContain(model);
  });

  it('begins anew where there is no checkpoint yet, and takes the one before a damaged one', async () => {
    const { folder, weights } = await kept(tinyWith('epochs: 2', 'epochs: 2\ncheckpoint: { every: epoch }'));
    const checkpoints = join(folder, 'checkpoints');
    const from: (Checkpoint['step'] | undefined)[] = [];
    const warnings: (readonly string[])[] = [];
    for (const name of (await readdir(checkpoints)).reverse()) {
      await writeFile(join(checkpoints, name), 'damaged');
      const events = await readFile(join(folder, 'events.jsonl'), 'utf8');
      await writeFile(join(folder, 'events.jsonl'), events.replace(/^.*"end".*\n/m, '')); // as if it had been killed
      const onEvent: NonNullable<Parameters<typeof resumeRun>[1]>['onEvent'] = (event) => {
        if (event.event !== 'start') return;
        from.push(event.resumedFrom?.step);
        warnings.push(event.warnings ?? []);
      };
      expect((await resumeRun(folder, { onEvent })).weights).toBe(weights);
      await writeFile(join(checkpoints, name), 'damaged');
    }
    expect(from).toEqual([10, undefined]);
    expect(warnings[0]).toEqual([expect.stringMatching(/^damaged, and passed over: .*-step-0*20\.safetensors$/)]);
    expect(warnings[1]).toEqual([
      expect.stringMatching(
        /^damaged, and passed over: .*; .* has no whole checkpoint: the run begins again, at its first step$/,
      ),
    ]);
  });

  it('refuses another pipeline, a schedule that was longer, and what is no run', async () => {
    const { folder } = await kept(tinyWith('learningRate: 0.1', 'learningRate: 0.1, schedule: cosine'));
    expect(await messageOf(resumeRun(folder, { set: ['network.0.dense.units=9'] }))).toContain(
      'network.0 is {"dense":{"units":8,"weights":"heNormal","bias":true}} in the run, and would be {"dense":{"units":9',
    );
    expect(await messageOf(resumeRun(folder, { set: ['epochs=9'] }))).toContain(
      'the schedule cosine leads to the end of 2 epochs; with 9 it would have taken other steps from the first on',
    );
    const empty = await temporaryFolder();
    expect(await messageOf(resumeRun(empty))).toBe(
      `${empty}: expected the folder of a run, as runs/relu/1, or runs/relu; "pipeline runs" shows those that there are`,
    );
    const begun = join(empty, '3');
    await mkdir(begun);
    expect(await messageOf(resumeRun(begun))).toBe(
      `${begun}: the run was stopped before anything of it was kept; run the pipeline anew`,
    );
  });
});
