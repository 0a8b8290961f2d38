/** `pipeline committee`: runs of one file that differ in their seeds, and what they say on average. */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type Committee,
  committeeOf,
  evaluateRun,
  isCommittee,
  loadModel,
  loadPredictor,
  runPipeline,
} from 'marblenet';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { resumeCommittee } from '../../src/node/committee/train-committee.js';
import { runOnnx } from '../core/formats/read-onnx.js';
import { TINY as TEXT } from '../tiny-pipeline.js';
import { changingTable } from './changing-table.js';
import {
  commandEnvironment,
  type Ended,
  eventsOf,
  linesOf,
  MAIN,
  pipeline,
  pipelineProcess,
  SLOW,
  scratchFile,
  scratchFolder,
  startPipeline,
  startProcess,
  TINY,
  untilWritten,
} from './pipeline-command.js';

/** The last line of `committee --json`. */
interface Result {
  readonly status: string;
  readonly folder: string;
  readonly samples: number;
  readonly members: readonly {
    readonly run: string;
    readonly seed: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly weights: string;
    readonly loss: number;
    readonly accuracy: number;
  }[];
  readonly average: Readonly<Record<string, number>>;
}

const resultOf = (ended: Ended): Result => {
  expect(ended.code, ended.stderr).toBe(0);
  return eventsOf(ended).at(-1) as unknown as Result;
};

/** As users have it: members side by side are trained in processes of their own. */
const built = (words: string[]): Promise<Ended> => startPipeline(words).ended;

/** 20 samples of bytes. */
const samples = {
  shape: [20, 28, 28],
  data: Uint8Array.from({ length: 20 * 784 }, (_, i) => ((i * 7919) % 256) * Number(i % 3 === 0)),
};

let out: string;
let ended: Ended;
let result: Result;
beforeAll(async () => {
  out = await scratchFolder();
  ended = await pipelineProcess(['committee', TINY, '--members', '3', '--out', out, '--no-report', '--json']);
  result = resultOf(ended);
}, 60_000);

describe('its members', () => {
  it('are kept runs with the seeds after one another, on the same data', async () => {
    expect(result.members.map(({ run, seed }) => ({ run, seed }))).toEqual(
      [1, 2, 3].map((number) => ({ run: join(out, 'tiny/committee-1', String(number)), seed: number })),
    );
    const digits = await Promise.all(
      result.members.map(async ({ run }) => (await evaluateRun(run)).examples.features.join()),
    );
    expect(new Set(digits).size).toBe(1);
  });

  it('are, the first one, the run of the file, bit for bit', async () => {
    const alone = eventsOf(await pipeline(['run', TINY, '--json'])).at(-1);
    expect(result.members[0].weights).toBe(alone?.weights);
    expect(new Set(result.members.map(({ weights }) => weights)).size).toBe(3);
  });

  it('are measured as evaluate measures them', async () => {
    for (const { run, loss, accuracy } of result.members) {
      const evaluated = eventsOf(await pipeline(['evaluate', run, '--json']))[0];
      expect({ loss, accuracy }).toEqual({ loss: evaluated.loss, accuracy: evaluated.accuracy });
    }
  });

  it('tell their events, between one of the committee at the beginning and one at the end', () => {
    const events = eventsOf(ended);
    expect(events[0]).toEqual({ event: 'committee', status: 'running', folder: result.folder, members: 3 });
    const names = events.slice(1, -1).map(({ event }) => event);
    expect(names.filter((name) => name !== 'scalars')).toEqual(
      [1, 2, 3].flatMap(() => ['start', 'epoch', 'epoch', 'end']),
    );
  });
});

describe('the list of runs', () => {
  const began = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

  it('has the committee, behind runs of its name, with what its average reached', async () => {
    for (const name of ['tiny', 'unlike'])
      await pipeline(['run', TINY, '--out', out, '--no-report', '--set', `name=${name}`]);
    const listed = await pipeline(['runs', out, '--json']);
    const { average, folder } = result;
    expect(eventsOf(listed)).toEqual([
      expect.objectContaining({ folder: join(out, 'tiny/1') }),
      { folder, status: 'completed', began, members: 3, trained: 3, average },
      expect.objectContaining({ folder: join(out, 'unlike/1') }),
    ]);
    const [row] = (await pipeline(['runs', join(out, 'tiny')])).stdout
      .split('\n')
      .filter((line) => line.includes('members'));
    expect(row.split(/ {2,}/)).toEqual([
      folder,
      'completed',
      expect.anything(),
      '3 members',
      `loss ${average.loss.toFixed(4)} accuracy ${average.accuracy.toFixed(4)}`,
    ]);
  });

  it('has one that was stopped, with how many members are trained', async () => {
    const folder = await scratchFolder();
    const started = startPipeline(slow(folder));
    await untilWritten(started, '"seed":2');
    const under = eventsOf(await pipeline(['runs', folder, '--json'])).at(-1);
    expect(under).toMatchObject({ status: 'running', members: 3, trained: 1 });
    started.child.kill('SIGINT');
    await started.ended;
    const kept = join(folder, 'slow/committee-1');
    const left = eventsOf(await pipeline(['runs', folder, '--json'])).at(-1);
    expect(left).toEqual({ folder: kept, status: 'interrupted', began, members: 3, trained: 1 });
    expect((await pipeline(['runs', folder])).stdout).toMatch(/committee-1 +interrupted .* 1 of 3 members/);
  }, 60_000);
});

describe('their average', () => {
  it('is the mean of their probabilities, number by number', async () => {
    const committee = (await loadPredictor(result.folder)) as Committee;
    expect(isCommittee(committee)).toBe(true);
    const { probabilities, classes, names, outputs } = await committee.predict(samples);
    const alone = await Promise.all(
      result.members.map(async ({ run }) => (await (await loadModel(run)).predict(samples)).probabilities?.data ?? []),
    );
    const mean = Float64Array.from(alone[0], (first, i) => (first + alone[1][i] + alone[2][i]) / 3);
    expect(probabilities).toEqual({ shape: [20, 10], data: mean });
    expect(outputs).toEqual(probabilities);
    const largest = Array.from(classes.keys(), (row) => {
      const said = Array.from(mean.subarray(row * 10, row * 10 + 10));
      return said.indexOf(Math.max(...said));
    });
    expect(classes).toEqual(largest);
    expect(names).toEqual(largest.map(String));
  });

  it('is what evaluate says of it: its loss is the mean of -ln p of the true classes', async () => {
    const evaluated = eventsOf(await pipeline(['evaluate', result.folder, '--json']))[0];
    expect(evaluated).toMatchObject({ ...result.average, samples: 50, members: result.members });
    const committee = await loadPredictor(result.folder);
    const { examples } = await evaluateRun(result.members[0].run);
    const { features, labels = new Uint8Array() } = examples;
    const { probabilities, classes } = await committee.predict({ shape: [50, 28, 28], data: features });
    const logs = Array.from(labels, (label, i) => -Math.log(probabilities?.data[i * 10 + label] ?? 0));
    expect(result.average.loss).toBeCloseTo(logs.reduce((sum, value) => sum + value, 0) / 50, 5);
    expect(result.average.accuracy).toBeCloseTo(classes.filter((one, i) => one === labels[i]).length / 50, 12);
  });

  it('is predicted by the command', async () => {
    const { code, stdout } = await pipeline(['predict', result.folder, 'docs/three.png', '--json']);
    expect(code).toBe(0);
    const said = JSON.parse(stdout).probabilities;
    const each = await Promise.all(
      result.members.map(async ({ run }) =>
        JSON.parse((await pipeline(['predict', run, 'docs/three.png', '--json'])).stdout),
      ),
    );
    for (const [i, p] of said.entries())
      expect(p).toBe((each[0].probabilities[i] + each[1].probabilities[i] + each[2].probabilities[i]) / 3);
  });

  it('is one graph in ONNX', async () => {
    const path = join(await scratchFolder(), 'committee.onnx');
    expect(await pipeline(['export', result.folder, '--to', 'onnx', '--out', path])).toMatchObject({ code: 0 });
    const given = await runOnnx(await readFile(path), [28, 28], rowsOf(samples.data));
    const { probabilities } = await (await loadPredictor(result.folder)).predict(samples);
    expect({ name: given.name, shape: given.shape }).toEqual({ name: 'probabilities', shape: [20, 10] });
    for (const [i, p] of given.data.entries()) expect(p).toBeCloseTo(probabilities?.data[i] ?? Number.NaN, 5);
  });

  it('is of outputs in the own units of targets where these are real numbers', async () => {
    const folder = await scratchFolder();
    const rows = Array.from({ length: 60 }, (_, i) => `${i / 60},${(i % 7) / 7},${100 + 50 * Math.sin(i / 9)}`);
    await writeFile(join(folder, 'waves.csv'), ['x,y,height', ...rows].join('\n'));
    const judge = '[batch: { size: 9 }, forward, meanSquaredError, mean: { of: loss }]';
    await writeFile(
      join(folder, 'waves.yaml'),
      `name: waves
epochs: 3
members: 2
data: [csv: { train: waves.csv, target: height }, holdOut: { test: 0.3 }, standardize, standardize: { of: targets }]
network: [dense: { units: 4 }, tanh, dense: { units: 1 }]
train: [shuffleBatch: { size: 6 }, forward, meanSquaredError, backward, sgd: { learningRate: 0.1 }]
test: ${judge}
`,
    );
    const {
      members,
      average,
      folder: kept,
    } = resultOf(await pipeline(['committee', join(folder, 'waves.yaml'), '--out', folder, '--no-report', '--json']));
    const heldOut = await Promise.all(
      members.map(async ({ run }) => (await evaluateRun(run)).examples.features.join()),
    );
    expect(new Set(heldOut).size).toBe(1);
    const row = { x: 0.5, y: 0.5 };
    const [a, b] = await Promise.all(members.map(async ({ run }) => (await loadModel(run)).predict(row)));
    const { outputs, probabilities, classes } = await (await loadPredictor(kept)).predict(row);
    expect(outputs.data).toEqual(Float64Array.of((a.outputs.data[0] + b.outputs.data[0]) / 2));
    expect({ probabilities, classes }).toEqual({ probabilities: undefined, classes: [] });
    const { examples, errors } = await evaluateRun(kept);
    const said = await (await loadPredictor(kept)).predict({ shape: [18, 2], data: examples.features });
    const off = Array.from(said.outputs.data, (value, i) => Math.abs(value - (examples.targets?.data[i] ?? 0)));
    const meanAbsoluteError = off.reduce((sum, value) => sum + value, 0) / 18;
    expect(average.meanAbsoluteError).toBeCloseTo(errors?.meanAbsoluteError ?? 0, 4); // other vectors round otherwise
    expect(average.meanAbsoluteError / meanAbsoluteError).toBeCloseTo(1, 4);
  });
});

const rowsOf = (data: Uint8Array): Uint8Array[] =>
  Array.from({ length: 20 }, (_, i) => data.subarray(i * 784, (i + 1) * 784));

/** Three slow members, and what stops them in the second. */
const slow = (folder: string): string[] => [
  'committee',
  SLOW,
  '--members',
  '3',
  '--out',
  folder,
  '--no-report',
  '--json',
];

describe('one that was stopped', () => {
  let whole: Result;
  beforeAll(async () => {
    whole = resultOf(await pipeline([...slow(await scratchFolder()), '--set', 'train.linger.milliseconds=1']));
  }, 120_000);

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'goes on, to the same weights: %s',
    async (signal) => {
      const folder = await scratchFolder();
      const started = startPipeline(slow(folder));
      await untilWritten(started, '"seed":2');
      started.child.kill(signal);
      const stopped = await started.ended;
      const kept = join(folder, 'slow/committee-1');
      if (signal === 'SIGINT') {
        expect(stopped).toMatchObject({ code: 130, stderr: '' });
        expect(eventsOf(stopped).at(-1)).toEqual({ event: 'committee', status: 'interrupted', folder: kept });
      }
      const early = await pipeline(['predict', kept, 'docs/three.png']);
      expect(early.code).toBe(3);
      expect(early.stderr).toContain(`${kept}: 1 of its 3 members are trained; go on with it by resume`);

      const before = await readFile(join(folder, 'slow/committee-1/1/events.jsonl'), 'utf8');
      const resumed = await pipeline(['resume', kept, '--no-report', '--json']);
      const { members } = resultOf(resumed);
      expect(eventsOf(resumed).flatMap(({ event, seed }) => (event === 'start' ? [seed] : []))).toEqual([2, 3]);
      if (signal === 'SIGINT') expect(eventsOf(resumed)[1]).toHaveProperty('resumedFrom');
      expect(await readFile(join(folder, 'slow/committee-1/1/events.jsonl'), 'utf8')).toBe(before);

      const same = ({ members }: Pick<Result, 'members'>) => members.map(({ run: _, ...rest }) => rest);
      expect(same({ members })).toEqual(same(whole));
    },
    120_000,
  );

  it('says how to go on where people read it, and says its figures again when it is whole', async () => {
    const folder = await scratchFolder();
    const started = startPipeline(slow(folder).slice(0, -1));
    await untilWritten(started, 'epoch   1');
    started.child.kill('SIGINT');
    const { code, stderr } = await started.ended;
    const kept = join(folder, 'slow/committee-1');
    expect(code).toBe(130);
    expect(linesOf(stderr).slice(-2)).toEqual(['interrupted', `to go on with it: pipeline resume ${kept}`]);
    const resumed = await pipeline(['resume', kept, '--no-report']);
    const again = await pipeline(['resume', kept]);
    expect([resumed.code, again.code]).toEqual([0, 0]);
    expect(again.stdout).toContain('the average of 3 members');
    expect(resumed.stdout.endsWith(again.stdout)).toBe(true);
    expect(again.stderr).toBe(`kept in ${kept}\n`);
  }, 120_000);
});

describe('a member', () => {
  /** A committee that was moved, with all that is in it. */
  const copied = async (): Promise<string> => {
    const kept = join(await scratchFolder(), 'moved');
    await cp(result.folder, kept, { recursive: true });
    return kept;
  };
  const inFolder = (kept: string, number: number) => ({ ...result.members[number - 1], run: join(kept, `${number}`) });

  it('that is gone is missed, and trained anew in its place', async () => {
    const kept = await copied();
    await rm(join(kept, '2'), { recursive: true });
    const missed = await pipeline(['evaluate', kept]);
    expect(missed.code).toBe(3);
    expect(missed.stderr).toBe(
      `${join(kept, '2')}: this member of ${kept} is gone; put it back, or train it anew by resume of the committee\n`,
    );
    const { members, average } = resultOf(await pipeline(['resume', kept, '--no-report', '--json']));
    expect(members).toEqual([1, 2, 3].map((number) => inFolder(kept, number)));
    expect(average).toEqual(result.average);
  });

  it('whose model alone is gone is missed, and made again in its folder', async () => {
    const kept = await copied();
    await rm(join(kept, '2/model.safetensors'));
    expect(await pipeline(['evaluate', kept])).toMatchObject({ code: 3 });
    const { members, average } = resultOf(await pipeline(['resume', kept, '--no-report', '--json']));
    expect(members[1]).toEqual(inFolder(kept, 2));
    expect(average).toEqual(result.average);
  });

  it('that is whole opens nothing that trains, and reads no data for it', async () => {
    const kept = await copied();
    await resumeCommittee(kept, { openTrainer: () => Promise.reject(new Error('it was opened')) });
    expect(await readFile(join(kept, 'committee.json'), 'utf8')).toContain('"average"');
  });

  it('that another process goes on with is left to it, and so is a committee', async () => {
    const kept = await copied();
    const lock = JSON.stringify({ pid: process.pid, host: hostname(), began: new Date().toISOString() });
    const underWay = (folder: string) =>
      `${folder}: this run is under way, in process ${process.pid}; wait for its end, or end it first`;
    await rm(join(kept, '2/model.safetensors'));
    await writeFile(join(kept, '2/lock.json'), lock);
    const { code, stderr } = await pipeline(['resume', kept]);
    expect(code).toBe(2);
    expect(linesOf(stderr)).toEqual([
      'member 2 of 3, seed 2',
      `to go on with it: pipeline resume ${kept}`,
      underWay(join(kept, '2')),
    ]);
    await writeFile(join(kept, 'lock.json'), lock);
    for (const words of [[], ['--json']])
      expect(await pipeline(['resume', kept, ...words])).toEqual({
        code: 2,
        stdout: '',
        stderr: `${underWay(kept)}\n`,
      });
  });

  it('that is gone is trained anew in its place, wherever resume is called', async () => {
    const kept = await copied();
    await rm(join(kept, '2'), { recursive: true });
    const words = [MAIN, 'resume', '.', '--no-report', '--json'];
    await startProcess(process.execPath, words, commandEnvironment(), kept).ended;
    expect((await readdir(kept)).sort()).toEqual(['1', '2', '3', 'committee.json', 'pipeline.yaml']);
    expect(await readdir(join(kept, '2'))).toContain('model.safetensors');
  });

  it.each([
    ['run', (one: object) => ({ ...one, seed: 9 })],
    ['seed', (one: object) => ({ ...one, run: '4' })],
  ])('that is named twice is refused: %s', async (_, again) => {
    const kept = await copied();
    const record = JSON.parse(await readFile(join(kept, 'committee.json'), 'utf8'));
    record.members[2] = again(record.members[0]);
    await writeFile(join(kept, 'committee.json'), JSON.stringify(record));
    const { code, stderr } = await pipeline(['predict', kept, 'docs/three.png']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/committee\.json: names the member .*seed \d, twice: it would count twice in the average;/);
  });

  it('whose weights are others by now is refused', async () => {
    const kept = await copied();
    await cp(join(kept, '1/model.safetensors'), join(kept, '3/model.safetensors'));
    const { code, stderr } = await pipeline(['predict', kept, 'docs/three.png']);
    expect(code).toBe(3);
    expect(stderr).toContain(`${join(kept, '3')}: its weights are others than when ${kept} was trained`);
  });

  it('that knows other classes is refused', async () => {
    const others = TEXT.replace('classes: 10', 'classes: 12').replace('dense: { units: 10 }', 'dense: { units: 12 }');
    const [ten, twelve] = await Promise.all(
      [TEXT, others].map(async (text) => (await runPipeline(await scratchFile('tiny.yaml', text))).network),
    );
    expect(() => committeeOf([ten, ten, twelve])).toThrow(
      'member 3 does not fit the first: what each class is called is ["0","1","2","3","4","5","6","7","8","9","10","11"], ' +
        'expected ["0","1","2","3","4","5","6","7","8","9"]',
    );
    expect(() => committeeOf([])).toThrow('committeeOf: expected models, as loadModel gives them, found none');
  });
});

it.each([
  ['one by one', []],
  ['side by side', ['--jobs', '1']],
])(
  'whose data are changed on the way stops there: %s',
  async (_, jobs) => {
    const words = ['committee', await changingTable(), '--members', '3', '--out', await scratchFolder(), '--no-report'];
    const { code, stderr } = await (jobs.length === 0 ? pipeline(words) : built([...words, ...jobs]));
    expect(code).toBe(jobs.length === 0 ? 3 : 1);
    expect(stderr).toMatch(/table\.csv: this file was changed since the run read it/);
  },
  30_000,
);

it('does not go on with other data than it began with, neither one by one nor side by side', async () => {
  const file = await changingTable();
  const table = join(file, '../table.csv');
  await writeFile(join(file, '../is-changed'), '');
  const kept = await scratchFolder();
  const { folder } = resultOf(
    await pipeline(['committee', file, '--members', '2', '--out', kept, '--no-report', '--json']),
  );
  const before = await readFile(table, 'utf8');
  await rm(join(folder, '2'), { recursive: true });
  await writeFile(table, `${before}3,odd\n`);
  for (const words of [
    ['resume', folder],
    ['committee', folder, '--jobs', '2'],
  ]) {
    const { stderr } = await (words[0] === 'resume' ? pipeline(words) : built(words));
    expect(stderr).toMatch(/table\.csv: this file was changed since the run read it/);
  }
  await writeFile(table, before);
  expect(await pipeline(['resume', folder, '--no-report'])).toMatchObject({ code: 0 });
}, 30_000);

describe('a file with members:', () => {
  it('says how many there are, also where it is extended, and a run of it says how to train all', async () => {
    const base = await scratchFile('base.yaml', `members: 2\n${TEXT}`);
    const file = join(base, '../more.yaml');
    await writeFile(file, 'extends: base.yaml\nname: more\nepochs: 1\n');
    const folder = await scratchFolder();
    const { members } = resultOf(await pipeline(['committee', file, '--out', folder, '--no-report', '--json']));
    expect(members.map(({ run, seed }) => [run, seed])).toEqual([
      [join(folder, 'more/committee-1/1'), 1],
      [join(folder, 'more/committee-1/2'), 2],
    ]);
    const { code, stderr } = await pipeline(['run', file]);
    expect(code).toBe(0);
    expect(linesOf(stderr)[0]).toBe(
      `this trains one of 2 members of a committee; all of them: pipeline committee ${file}`,
    );
    const wrong = await pipeline(['lint', file, '--set', 'members=1']);
    expect(wrong.stdout).toBe('--set members=1: members: expected at least 2, found 1\n');
  });
});

describe('a file with vary:', () => {
  const vary = `vary:
  network.0.dense.units: [10, 20, 30]
  network.1: [relu, sigmoid]
  train.4.sgd.learningRate: { log: [0.01, 0.5] }
`;
  const varied = async (): Promise<string> => scratchFile('varied.yaml', `members: 3\n${vary}${TEXT}`);
  const drawn = ({ members }: Pick<Result, 'members'>) => members.map(({ run: _, ...rest }) => rest);

  it('has members that draw their own values, the same ones on whichever threads, and at which time, they are trained', async () => {
    const file = await varied();
    const folder = await scratchFolder();
    const alone = resultOf(await pipeline(['committee', file, '--out', folder, '--no-report', '--json']));
    const together = await built(['committee', file, '--out', folder, '--jobs', '3', '--json']);
    expect(drawn(resultOf(together))).toEqual(drawn(alone));
    const labels = alone.members.map((one) => one.labels ?? {});
    expect(labels.map((one) => Object.keys(one))).toEqual(Array(3).fill(['units', 'network.1', 'learningRate']));
    expect(new Set(labels.map((one) => JSON.stringify(one))).size).toBe(3);
    for (const [i, { run }] of alone.members.entries()) {
      const { parameters } = await loadModel(run);
      expect(parameters.map(({ value }) => value.shape)[1]).toEqual([Number(labels[i].units)]);
      expect(await readFile(join(run, 'pipeline.yaml'), 'utf8')).toContain(`- ${labels[i]['network.1']}\n`);
    }
    const told = eventsOf(together).filter(({ event }) => event === 'member');
    expect(told.filter(({ status }) => status === 'running')).toHaveLength(3);
    expect(told.filter(({ status, weights }) => status === 'completed' && weights)).toHaveLength(3);

    const { stdout } = await pipeline(['resume', together.code === 0 ? resultOf(together).folder : '']);
    expect(linesOf(stdout)[0]).toMatch(/^member +seed +units +network\.1 +learningRate +loss +accuracy$/);
    const path = join(folder, 'varied.onnx');
    expect(await pipeline(['export', alone.folder, '--to', 'onnx', '--out', path])).toMatchObject({ code: 0 });
    const given = await runOnnx(await readFile(path), [28, 28], rowsOf(samples.data));
    const { probabilities } = await (await loadPredictor(alone.folder)).predict(samples);
    for (const [i, p] of given.data.entries()) expect(p).toBeCloseTo(probabilities?.data[i] ?? Number.NaN, 5);
  }, 60_000);

  it('goes on with the values that were drawn, whatever becomes of the file', async () => {
    const file = await varied();
    const folder = await scratchFolder();
    const { members } = resultOf(
      await built(['committee', file, '--out', folder, '--jobs', '2', '--json', '--members', '2']),
    );
    const kept = join(members[1].run, '..');
    await rm(members[1].run, { recursive: true });
    await writeFile(file, TEXT);
    expect(resultOf(await built(['committee', kept, '--jobs', '1', '--json'])).members).toEqual(members);
  }, 60_000);

  it.each([
    ['vary={ data.0.digits.train: [100, 200] }', 'vary.data.0.digits.train: expected another path: all members learn'],
    ['vary={ seed: [1, 2] }', 'vary.seed: expected another path: each member has a seed of its own'],
    ['vary={ network.0.dense.units: 5 }', 'vary.network.0.dense.units: expected a list of choices'],
    ['vary={ network.0.dense.units: [0] }', 'units: expected at least 1, found 0 (member 1: units=0)'],
    ['vary={ network.9.dense.units: [5] }', 'network.9'],
  ])('that is wrong is refused before anything is trained: %s', async (set, problem) => {
    const folder = await scratchFolder();
    for (const command of [
      ['committee', TINY, '--out', folder, '--set', set],
      ['lint', TINY, '--set', set],
    ]) {
      const { code, stdout, stderr } = await pipeline(command);
      expect(code, stdout).toBe(2);
      expect(stdout + stderr).toContain(problem);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('members side by side', () => {
  it('say which one has failed, and stop the others', async () => {
    const folder = await scratchFolder();
    const { code, stdout, stderr } = await built([
      ...['committee', TINY, '--out', folder, '--jobs', '2', '--members', '2', '--set', 'train.sgd.learningRate=1e30'],
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^member \d: failed: /m);
    expect(stderr).toMatch(/member \d, seed \d: .*not finite|member \d, seed \d: /);
  }, 60_000);

  it('keep checkpoints at Ctrl-C, and go on to the weights of members that were trained one after another', async () => {
    const folder = await scratchFolder();
    const words = [...slow(folder), '--jobs', '2'];
    const started = startPipeline(words);
    await untilWritten(started, '"event":"epoch"');
    started.child.kill('SIGINT');
    const stopped = await started.ended;
    expect(stopped.code).toBe(130);
    const kept = join(folder, 'slow/committee-1');
    expect(eventsOf(stopped).at(-1)).toEqual({ event: 'committee', status: 'interrupted', folder: kept });
    const alone = await pipeline([...slow(await scratchFolder()), '--set', 'train.linger.milliseconds=1']);
    const weights = ({ members }: Result) => members.map((one) => one.weights);
    expect(weights(resultOf(await built(['committee', kept, '--jobs', '3', '--json'])))).toEqual(
      weights(resultOf(alone)),
    );
  }, 120_000);
});

test('resume of one that is whole keeps nothing waiting once it has said its figures', async () => {
  const tell = `import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.once('beforeExit', () => process.stderr.write('idle'));`;
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(tell)}`;
  const { code, stderr } = await pipeline(['resume', result.folder], { NODE_OPTIONS });
  expect({ code, stderr }).toEqual({ code: 0, stderr: `kept in ${result.folder}\nidle` });
});

test('--quiet says the result in one line', async () => {
  const folder = await scratchFolder();
  const { code, stdout, stderr } = await pipeline(['committee', TINY, '--members', '2', '--out', folder, '--quiet']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(linesOf(stdout)).toEqual([expect.stringMatching(/^test loss \S+ accuracy \S+: the average of 2 members$/)]);
});

describe('what is wrong is said before anything is trained', () => {
  test.each([
    [['--members', '1'], '--members: expected a whole number from 2 to 100, found "1"'],
    [['--members', '101'], '--members: expected a whole number from 2 to 100, found "101"'],
    [['--members', 'some'], '--members: expected a whole number from 2 to 100, found "some"'],
    [['--set', 'seed=4294967293'], `${TINY}: the seeds of 5 members would run from 4294967293 to 4294967297`],
    [['--set', 'network.2.dense.units=9'], 'softmaxCrossEntropy'],
    [['--out', '/proc/x'], '/proc/x/tiny: the committee cannot be kept: '],
    [[], 'nothing is to be kept; give --out DIR'],
    [['--no-out'], 'nothing is to be kept; give --out DIR'],
  ])('%j', async (words, problem) => {
    const { code, stdout, stderr } = await pipeline([
      'committee',
      TINY,
      ...(words[0]?.endsWith('out') || words.length === 0 ? words : [...words, '--out', await scratchFolder()]),
    ]);
    expect(stderr).toContain(problem);
    expect({ code, stdout }).toEqual({ code: words[0] === '--out' ? 1 : 2, stdout: '' });
  });

  test('a pipeline without a test', async () => {
    const file = await scratchFile('untested.yaml', TEXT.slice(0, TEXT.indexOf('test:\n')));
    const folder = await scratchFolder();
    const { code, stderr } = await pipeline(['committee', file, '--out', folder]);
    expect(code).toBe(2);
    expect(stderr).toBe(`${file}: a committee is judged by its test, and the pipeline has no test: section; add one\n`);
  });

  test('data that are missing leave nothing behind', async () => {
    const folder = await scratchFolder();
    const file = await scratchFile('mnist.yaml', TEXT.replace('digits: { train: 200, test: 50 }', 'mnist'));
    const { code, stderr } = await pipeline(['committee', file, '--out', folder, '--offline']);
    expect(code, stderr).toBe(3);
    expect(await pipeline(['resume', join(folder, 'tiny/committee-1')])).toMatchObject({ code: 3 });
  });
});

test('what takes one model refuses a committee, and says what to do', async () => {
  await expect(loadModel(result.folder)).rejects.toThrow(
    `${result.folder}: found a committee, expected one model; loadPredictor reads committees, too`,
  );
  const js = await pipeline(['export', result.folder, '--to', 'js']);
  expect(js).toMatchObject({ code: 2, stderr: expect.stringContaining('export its members as js one by one') });
  const logits = await pipeline(['export', result.folder, '--to', 'onnx', '--logits']);
  expect(logits).toMatchObject({ code: 2, stderr: expect.stringContaining('which has no logits; leave --logits out') });
  const set = await pipeline(['resume', result.folder, '--set', 'epochs=9']);
  expect(set).toMatchObject({ code: 2, stderr: '--set epochs=9: a committee goes on as it began; train another\n' });
});

test('a member is not given other settings: what the committee says of it would not hold', async () => {
  const { code, stderr } = await pipeline(['resume', result.members[1].run, '--set', 'epochs=9']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `${result.folder} says what came of this run; train its file as one of its own: pipeline run `,
  );
});
