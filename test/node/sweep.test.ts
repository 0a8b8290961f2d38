/** Sweeps of a tiny pipeline, whose trials are trained in this process: the engine is another one, all else is the command's. */
import { writeFileSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateRun } from '../../src/node/evaluate-run.js';
import { listRuns } from '../../src/node/list-runs.js';
import { loadModel } from '../../src/node/model-file.js';
import { writeReport } from '../../src/node/report/write-report.js';
import { runPipeline } from '../../src/node/run-pipeline.js';
import type { Engine, TrialTask } from '../../src/node/sweep/engine.js';
import { listSweeps } from '../../src/node/sweep/list-sweeps.js';
import { runTrial } from '../../src/node/sweep/run-trial.js';
import type { SweepEvent, SweepResult } from '../../src/node/sweep/sweep-events.js';
import { resumeSweep, type SweepFileOptions, sweepFile } from '../../src/node/sweep/sweep-pipeline.js';
import { VALIDATED } from '../tiny-pipeline.js';
import { temporaryFolder } from './temporary-folder.js';

/** Line 33 and on. */
const SWEPT = `${VALIDATED}sweep:
  trials: 4
  metric: validation.accuracy
  over:
    network.0.dense.units: [4, 8]
    train.4:
      - sgd: { learningRate: { log: [0.01, 1], points: 2 } }
      - adam
`;

/** Trains here, and remembers what it was asked for. */
function engineHere(capacity = 2): Engine & { readonly tasks: TrialTask[] } {
  const tasks: TrialTask[] = [];
  return {
    capacity,
    tasks,
    run(task, onNews, signal) {
      tasks.push(task);
      return runTrial(task, onNews, signal);
    },
    close() {},
  };
}

async function swept(text: string, options: Partial<SweepFileOptions> = {}) {
  const out = options.out ?? (await temporaryFolder());
  const engine = options.engine ?? engineHere();
  const events: SweepEvent[] = [];
  const result = await sweepFile('tiny.yaml', {
    text,
    out,
    onEvent: (event) => events.push(structuredClone(event)),
    ...options,
    engine,
  });
  return { result, out, events, folder: join(out, 'tiny/sweep-1'), engine };
}

const refusalOf = async (text: string, options: Partial<SweepFileOptions> = {}): Promise<string> => {
  const out = await temporaryFolder();
  const error = await swept(text, { ...options, out }).then(
    () => new Error('it was swept'),
    (thrown) => thrown,
  );
  expect(await readdir(out)).toEqual([]);
  return error.message;
};

const weightsOf = ({ trials }: SweepResult): Record<string, string | undefined> =>
  Object.fromEntries(trials.map(({ id, weights }) => [id, weights]));

describe('a sweep', () => {
  it('trains each trial, and says which is the best by its validation', async () => {
    const { result, events, folder, out } = await swept(SWEPT);
    expect(result.status).toBe('completed');
    expect(result.trials).toHaveLength(4);
    const values = result.trials.map(({ value }) => Number(value));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    const { best } = result;
    expect(best).toMatchObject({ value: values[0], status: 'completed', epochs: 2 });
    expect(best?.metrics.validation.accuracy).toBe(values[0]);
    expect(Object.keys(best?.metrics.test ?? {})).toEqual(['loss', 'accuracy']);
    expect(events[0]).toMatchObject({ event: 'sweep', status: 'running', strategy: 'random', trials: 4, jobs: 2 });
    expect(events.at(-1)).toMatchObject({ event: 'sweep', status: 'completed' });
    expect(events.filter(({ event }) => event === 'epoch')).toHaveLength(8);

    expect(await listSweeps(out)).toEqual([
      {
        folder,
        status: 'completed',
        began: expect.any(String),
        trials: 4,
        ended: 4,
        metric: 'validation.accuracy',
        best: { trial: best?.trial, value: values[0] },
      },
    ]);
    expect((await listRuns(join(out, 'tiny'))).map(({ status }) => status)).toEqual(Array(4).fill('completed'));
    // in the place of a run, its best trial
    const model = await loadModel(folder);
    expect(model.parameters.map(({ name }) => name)).toContain('network.0.W');
    const evaluated = await evaluateRun(folder, { split: 'validation' });
    expect(evaluated.judged?.accuracy).toBe(values[0]);
  });

  it('gives a trial the same weights in any order, and as the run of its own file', async () => {
    const { result, folder } = await swept(SWEPT, { strategy: 'grid', trials: 10 });
    expect(result.trials).toHaveLength(6);
    const seeds = new Set(result.trials.map(({ seed }) => seed));
    expect(seeds.size).toBe(6);
    const turned = SWEPT.replace('[4, 8]', '[8, 4]');
    const other = await swept(turned, { strategy: 'grid', trials: 10, engine: engineHere(1) });
    expect(weightsOf(other.result)).toEqual(weightsOf(result));
    const [{ weights, trial }] = result.trials;
    const alone = await runPipeline(join(folder, String(trial), 'pipeline.yaml'), { onEvent() {} });
    expect(alone.weights).toBe(weights);
  });

  it('checks trials with the paths of a file that it extends, seen from there', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data/flowers.csv'), `size,kind\n${'1,rose\n2,lily\n'.repeat(50)}`);
    const table = '  - csv: { train: flowers.csv, target: kind }\n  - holdOut: { validation: 20, test: 20 }\n';
    const base = VALIDATED.replace(/ {2}- digits[\s\S]*? {2}- oneHot.*\n/, `${table}  - oneHot\n`).replace(
      '10 }\ntrain:',
      '2 }\ntrain:',
    );
    await writeFile(join(folder, 'data/base.yaml'), base);
    const path = join(folder, 'sweep.yaml');
    await writeFile(
      path,
      'extends: data/base.yaml\nsweep: { strategy: grid, over: { network.0.dense.units: [3, 4] } }\n',
    );
    const engine = engineHere();
    const { status } = await sweepFile(path, { out: join(folder, 'runs'), engine });
    expect(status).toBe('completed');
    expect(engine.tasks[0].pipeline).toContain(join(folder, 'data/flowers.csv'));
  });

  it('has a page with the file as it was swept, with what the command said', async () => {
    const { folder } = await swept(SWEPT, { metric: 'validation.loss', trials: 1 });
    await resumeSweep(folder, { engine: engineHere(), trials: 2 });
    const page = await readFile(await writeReport(folder), 'utf8');
    expect(page).toContain('metric: validation.loss\n');
    expect(page).toContain('trials: 2\n');
    expect(page).toContain('  - dense: { units: 8, weights: heNormal, bias: true }\n');
  });

  it('runs what comes to the same once, and has all trials see the same examples', async () => {
    const { result, folder, events } = await swept(SWEPT, {
      over: ['network.0.dense.units=[8, 8, 4]', 'train.4=[adam, adam: {}]'],
      trials: 9,
    });
    expect(result.trials).toHaveLength(2);
    const texts = await Promise.all([1, 2].map((trial) => readFile(join(folder, `${trial}/pipeline.yaml`), 'utf8')));
    for (const text of texts) expect(text).toMatch(/^dataSeed: 1$/m);
    expect(texts[0]).not.toContain('sweep:');
    expect(events[0]).toMatchObject({ trials: 2, asked: 9 });
    const listed = (await listSweeps(join(folder, '../..')))[0];
    expect(listed).toMatchObject({ status: 'completed', trials: 2, ended: 2 });
  });

  it('tells of a trial that fails, and goes on with the others', async () => {
    const { result, events } = await swept(SWEPT, {
      over: ['train.4=[sgd: { learningRate: 1e30 }, adam]'],
      strategy: 'grid',
    });
    expect(result.trials.map(({ status }) => status)).toEqual(['completed', 'completed', 'failed', 'failed']);
    expect(result.trials[3].reason).toContain('training has diverged');
    expect(events.filter((event) => event.event === 'trial' && event.status === 'failed')).toHaveLength(2);
  });

  it('says of a trial that cannot be kept what helps there, and tries it again', async () => {
    const out = await temporaryFolder();
    const place = join(out, 'tiny/sweep-1/1');
    const onEvent = ({ event, status }: SweepEvent & { status?: string }): void => {
      if (event === 'sweep' && status === 'running') writeFileSync(place, 'in the way');
    };
    const { result, folder } = await swept(SWEPT, { out, onEvent });
    const reason = result.trials.find(({ trial }) => trial === 1)?.reason;
    expect(reason).toMatch(new RegExp(`^${place}: the run cannot be kept: .*; once that is fixed, go on by resume$`));
    await rm(place);
    const { trials } = await resumeSweep(folder, { engine: engineHere() });
    expect(trials.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
  });

  it('has failed where all of its trials have', async () => {
    const { result } = await swept(SWEPT, { over: ['train.4=[sgd: { learningRate: 1e30 }]'], strategy: 'grid' });
    expect(result.status).toBe('failed');
    expect(result.best).toBeUndefined();
  });

  it('is not run by runPipeline, which says so', async () => {
    const warnings: string[] = [];
    await runPipeline('tiny.yaml', {
      text: SWEPT,
      onEvent: (event) => void (event.event === 'start' && warnings.push(...(event.warnings ?? []))),
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^tiny\.yaml:32:1: this run trains the base alone.*"pipeline sweep"/),
    ]);
  });
});

describe('before anything is written, a sweep is refused', () => {
  it.each([
    [
      'without a validation',
      SWEPT.replace(/ {2}- holdOut.*\n/, '').replace(/validation:\n( {2}- .*\n)+/, ''),
      /the test must not.*validation: section/,
    ],
    ['without anything to try', VALIDATED, /^tiny\.yaml: there is nothing to try.*--over/],
    [
      'by a metric that there is not',
      SWEPT.replace('accuracy\n  over', 'acuracy\n  over'),
      /^tiny\.yaml:34:11: metric: found "validation\.acuracy"; did you mean "validation\.accuracy"\?/,
    ],
    [
      'by the test',
      SWEPT.replace('validation.accuracy', 'test.accuracy'),
      /^tiny\.yaml:34:11: sweep\.metric: expected a metric of the validation/,
    ],
    [
      'with a path that leads nowhere',
      SWEPT.replace('network.0.dense.units', 'network.0.dens.units'),
      /^tiny\.yaml:36:28: network\.0 has no "dens"; did you mean "dense"\?.*\(a trial that could be drawn: units=4/,
    ],
    [
      'with a wrong value',
      SWEPT.replace('[4, 8]', '[4, -8]'),
      /^tiny\.yaml:36:32: dense: units: expected at least 1, found -8 \(a trial that could be drawn: units=-8/,
    ],
    [
      'with a wrong range',
      SWEPT.replace('[0.01, 1]', '[1, 0.01]'),
      /^tiny\.yaml:38:37: sweep\.over\.train\.4\.0\.sgd\.learningRate\.log: expected two numbers, the smaller one first.*, found \[1, 0\.01\]$/,
    ],
    [
      'with numbers where whole ones are wanted',
      SWEPT.replace('[4, 8]', '{ uniform: [4, 8] }'),
      /units: expected a whole number, found 5\.528; \{ integers: \[4, 8\] \} draws whole numbers \(a trial that could be drawn: units=5\.528/,
    ],
    [
      'by the default metric, where it is not measured',
      SWEPT.replace('  metric: validation.accuracy\n', '').replace(
        /(\nvalidation:[\s\S]*?) {2}- mean: \{ of: loss \}\n/,
        '$1',
      ),
      /^tiny\.yaml: a sweep goes by validation\.loss where nothing else is said, .*: say --metric validation\.accuracy$/,
    ],
    [
      'with stages that do not fit',
      SWEPT.replace('[4, 8]', '[4, 8]\n    network.2.dense.units: [10, 9]'),
      /tiny\.yaml:16:5.*\(a trial that could be drawn: network\.0/,
    ],
    [
      'over its seed',
      SWEPT.replace('network.0.dense.units', 'seed'),
      /^tiny\.yaml:36:11: sweep\.over\.seed: expected another path: each trial has a seed/,
    ],
    [
      'over what is held out to judge by',
      SWEPT.replace('network.0.dense.units', 'data.1.holdOut.validation'),
      /^tiny\.yaml:36:\d+: sweep\.over\.data\.1\.holdOut\.validation: expected another path: all trials are judged by the same/,
    ],
    [
      'over a path and one inside it',
      SWEPT.replace('network.0.dense.units', 'train.4.adam.learningRate'),
      /^tiny\.yaml:36:\d+: sweep\.over\.train\.4\.adam\.learningRate: expected a path outside of train\.4, which is tried, too/,
    ],
  ])('%s', async (_, text, message) => {
    expect(await refusalOf(text)).toMatch(message);
  });

  it('as a grid that is too large, or has no end', async () => {
    expect(await refusalOf(SWEPT, { strategy: 'grid', trials: 5 })).toMatch(
      /^tiny\.yaml:36:5: this grid has 6 points, and there may be 5 trials/,
    );
    const open = SWEPT.replace(', points: 2', '').replace('trials: 4', 'strategy: grid');
    expect(await refusalOf(open)).toMatch(/^tiny\.yaml:38:30: of a grid, a range says how many values/);
  });

  it('as a TPE, by each choice and the ends of each range', async () => {
    const text = SWEPT.replace('[4, 8]', '{ integers: [1, 100000] }');
    expect(await refusalOf(text, { strategy: 'tpe' })).toMatch(
      /^tiny\.yaml:36:28: dense: units: expected at most 65536.*\(a trial that could be drawn: units=100000/,
    );
  });

  it('where --over and --set contradict one another', async () => {
    expect(await refusalOf(SWEPT, { set: ['network.0.dense.units=5'] })).toMatch(
      /^tiny\.yaml:36:\d+: it takes the place of --set network\.0\.dense\.units=5/,
    );
    expect(await refusalOf(SWEPT, { over: ['network.0.dense.units=50'] })).toMatch(
      /^--over network\.0\.dense\.units=50: sweep\.over\..*expected a list of choices/,
    );
    const twice = ['network.0.dense.units=[5]', 'network.0.dense.units=[6]'];
    expect(await refusalOf(SWEPT, { over: twice })).toBe(
      `--over ${twice[0]}: --over ${twice[1]} tries this path, too; leave one of the two out`,
    );
  });
});

describe('data that are changed while a sweep goes on', () => {
  it('fail the trials that would learn from them, which are tried again where they are back', async () => {
    const folder = await temporaryFolder();
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 === 0 ? 'a' : 'b'}`);
    const table = (value: string) => writeFile(join(folder, 'table.csv'), ['x,y', ...rows, `${value},a`].join('\n'));
    await table('1');
    const text = `name: table
data: [csv: { train: table.csv, target: y }, holdOut: { validation: 0.3 }, oneHot]
network: [dense: { units: 2 }]
train: [shuffleBatch: { size: 6 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
validation: [batch: { size: 9 }, forward, softmaxCrossEntropy, mean: { of: loss }]
sweep: { strategy: grid, over: { train.4.sgd.learningRate: [0.1, 0.2] } }
`;
    const path = join(folder, 'table.yaml');
    const engine = engineHere(1);
    const changing: Engine = {
      ...engine,
      async run(task, ...others) {
        if (task.trial === 2) await table('9');
        return engine.run(task, ...others);
      },
    };
    await writeFile(path, text);
    const out = await temporaryFolder();
    const result = await sweepFile(path, { out, engine: changing });
    expect(result.trials.map(({ status }) => status)).toEqual(['completed', 'failed']);
    expect(result.trials[1].reason).toContain('table.csv: this file was changed since the run read it');
    await table('1');
    const { trials } = await resumeSweep(join(out, 'table/sweep-1'), { engine: engineHere(1) });
    expect(trials.map(({ status }) => status)).toEqual(['completed', 'completed']);
  });
});

describe('halving', () => {
  const HALVED = SWEPT.replace('epochs: 2', 'epochs: 9').replace('trials: 4', 'trials: 6\n  strategy: halving');

  it('stops trials at rungs, and the best one has the weights of a run that was never stopped', async () => {
    const { result, folder, events } = await swept(HALVED);
    expect(result.trials.map(({ status }) => status).filter((status) => status === 'stopped').length).toBeGreaterThan(
      3,
    );
    const epochs = result.trials.map((one) => one.epochs);
    expect(new Set(epochs)).toEqual(new Set([1, 3, 9]));
    const { best } = result;
    expect(best?.epochs).toBe(9);
    const text = await readFile(join(folder, `${best?.trial}/pipeline.yaml`), 'utf8');
    expect(text).toMatch(/^epochs: 9$/m);
    const alone = await runPipeline('alone.yaml', { text, onEvent() {} });
    expect(alone.weights).toBe(best?.weights);
    const trained = events.filter((event) => event.event === 'epoch').length;
    expect(trained).toBe(epochs.reduce((a, b) => a + b)); // no epoch twice
  });

  it('goes on where it was left between two rungs', async () => {
    const stop = new AbortController();
    let later = 0;
    const left = await swept(HALVED, {
      signal: stop.signal,
      onEvent(event) {
        if (event.event === 'epoch' && event.epoch > 1 && ++later === 1) stop.abort(new Error('enough'));
      },
    });
    expect(left.result.trials.map(({ status }) => status)).toContain('interrupted');
    const result = await resumeSweep(left.folder, { engine: engineHere() });
    expect(result.status).toBe('completed');
    expect(new Set(result.trials.map((one) => one.epochs))).toEqual(new Set([1, 3, 9]));
    const text = await readFile(join(left.folder, `${result.best?.trial}/pipeline.yaml`), 'utf8');
    const alone = await runPipeline('alone.yaml', { text, onEvent() {} });
    expect(alone.weights).toBe(result.best?.weights);
  });

  it('is refused where there is nothing to stop', async () => {
    expect(await refusalOf(HALVED.replace('epochs: 9', 'epochs: 1'))).toMatch(
      /halving stops trials after 1 of 1 epochs/,
    );
    const over = HALVED.replace('network.0.dense.units', 'epochs');
    expect(await refusalOf(over)).toMatch(/^tiny\.yaml:\d+:\d+: halving compares trials after as many epochs/);
  });
});

describe('a sweep that was left', () => {
  it('goes on to the weights of one that was not; finished trials are not run again', async () => {
    const whole = await swept(SWEPT);
    const stop = new AbortController();
    const out = await temporaryFolder();
    const reason = new Error('enough');
    let epochs = 0;
    const left = await swept(SWEPT, {
      out,
      signal: stop.signal,
      engine: engineHere(1),
      onEvent(event) {
        if (event.event === 'epoch' && ++epochs === 3) stop.abort(reason);
      },
    });
    expect(left.result.status).toBe('interrupted');
    expect(left.result.trials.map(({ status }) => status)).toEqual(['completed', 'interrupted']);
    expect((await listSweeps(out))[0]).toMatchObject({ status: 'interrupted', ended: 1, trials: 4 });
    // a process that was killed leaves half a line
    await appendFile(join(left.folder, 'trials.jsonl'), '{"trial":3,"sta');

    const engine = engineHere();
    const result = await resumeSweep(left.folder, { engine });
    expect(engine.tasks.map(({ trial }) => trial)).toEqual([2, 3, 4]);
    expect(result.status).toBe('completed');
    expect(weightsOf(result)).toEqual(weightsOf(whole.result));
    const again = engineHere();
    expect(weightsOf(await resumeSweep(left.folder, { engine: again }))).toEqual(weightsOf(result));
    expect(again.tasks).toEqual([]);
    const more = await resumeSweep(left.folder, { engine: again, trials: 5 });
    expect(more.trials).toHaveLength(5);
    expect(again.tasks).toHaveLength(1);
  });

  it.each([
    ['folder', ''],
    ['model', 'model.safetensors'],
  ])('trains its best trial anew where its %s was removed, and no other one', async (_, file) => {
    const { result, folder } = await swept(SWEPT);
    const [best, ...others] = result.trials.map(({ trial }) => trial);
    for (const trial of [best, others[0]]) await rm(join(folder, String(trial), file), { recursive: true });
    await expect(loadModel(folder)).rejects.toThrow(
      `${join(folder, String(best))}: the best trial of ${folder} is gone; put it back, or train it anew by resume of the sweep`,
    );
    const engine = engineHere();
    const resumed = await resumeSweep(folder, { engine });
    expect(engine.tasks.map(({ trial }) => trial)).toEqual([best]);
    expect(weightsOf(resumed)).toEqual(weightsOf(result));
    expect(resumed.best).toMatchObject({ trial: best, status: 'completed', epochs: 2 });
    await loadModel(folder);
  });

  it('goes on with the file as it was, whatever has become of it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'mine.yaml');
    await writeFile(join(folder, 'base.yaml'), VALIDATED);
    await writeFile(
      path,
      `extends: base.yaml\nepochs: \${EPOCHS:3}\nsweep: { strategy: tpe, trials: 2, over: { network.0.dense.units: [3, 4, 5] } }\n`,
    );
    const out = join(folder, 'runs');
    const variables = { EPOCHS: '1' };
    await sweepFile(path, { out, variables, engine: engineHere() });
    await writeFile(path, 'nothing');
    await writeFile(join(folder, 'base.yaml'), '');
    const result = await resumeSweep(join(out, 'tiny/sweep-1'), { engine: engineHere(), trials: 3 });
    expect(result.trials.map((one) => one.epochs)).toEqual([1, 1, 1]);
    expect(new Set(result.trials.map(({ labels }) => labels.units))).toEqual(new Set(['3', '4', '5']));
  });

  it('does not go on with other data', async () => {
    const folder = await temporaryFolder();
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 2 === 0 ? 'even' : 'odd'}`);
    await writeFile(join(folder, 'table.csv'), ['a,kind', ...rows].join('\n'));
    const text = SWEPT.replace(/ {2}- digits.*\n/, '  - csv: { train: table.csv, target: kind }\n')
      .replace('{ validation: 20 }', '{ validation: 20, test: 10 }')
      .replace(/ {2}- normalize.*\n/, '')
      .replace('{ classes: 10 }', '{ classes: 2 }')
      .replace('units: 10', 'units: 2');
    const path = join(folder, 'tiny.yaml');
    await writeFile(path, text);
    const result = await sweepFile(path, { out: folder, trials: 2, engine: engineHere() });
    expect(result.status).toBe('completed');
    await writeFile(join(folder, 'table.csv'), ['a,kind', ...rows, '1,odd'].join('\n'));
    const more = resumeSweep(join(folder, 'tiny/sweep-1'), { engine: engineHere(), trials: 3 });
    await expect(more).rejects.toThrow(/table\.csv: this file was changed since the run read it/);
  });

  it('ends with the error of what hears of events, when its trials have stopped', async () => {
    const out = await temporaryFolder();
    const onEvent = (event: SweepEvent): void => {
      if (event.event === 'epoch') throw new Error('heard enough');
    };
    await expect(swept(SWEPT, { out, onEvent })).rejects.toThrow('heard enough');
    // the second trial may not have begun by then
    const statuses = new Set((await listRuns(join(out, 'tiny'))).map(({ status }) => status));
    expect([...statuses]).toEqual(['interrupted']);
    const result = await resumeSweep(join(out, 'tiny/sweep-1'), { engine: engineHere() });
    expect(result.status).toBe('completed');
    const fewer = resumeSweep(join(out, 'tiny/sweep-1'), { engine: engineHere(), trials: 2 });
    await expect(fewer).rejects.toThrow(/trial 3 would be another one now.*or with fewer trials/);
  });

  it('is no sweep where sweep.json is damaged, and has no best where none has ended', async () => {
    const { folder } = await swept(SWEPT, {
      engine: { ...engineHere(), run: async () => ({ status: 'interrupted', epochs: 0, seconds: 0 }) },
    });
    await expect(loadModel(folder)).rejects.toThrow('no trial of this sweep has come to its end');
    await writeFile(join(folder, 'sweep.json'), '{}');
    await expect(resumeSweep(folder, { engine: engineHere() })).rejects.toThrow(
      'sweep.json: expected a sweep: it is damaged',
    );
    await mkdir(join(folder, '../sweep-2'));
    expect(await listSweeps(join(folder, '../..'))).toEqual([]);
  });
});
