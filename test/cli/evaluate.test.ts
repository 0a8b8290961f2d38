/** `pipeline evaluate`: the figures of a run again, from its model and its own examples, and what lies behind them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeIdx, evaluateRun, runPipeline } from 'marblenet';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EndEvent } from '../../src/core/run/events.js';
import { TINY, VALIDATED } from '../tiny-pipeline.js';
import { eventsOf, linesOf, pipeline, scratchFile, scratchFolder } from './pipeline-command.js';

interface Judged {
  readonly split: string;
  readonly samples: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly classes: readonly { readonly class: string; readonly recall: number | null; readonly support: number }[];
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly expectedCalibrationError?: number;
  readonly mistakes: readonly { readonly sample: number; readonly label: string; readonly predicted: string }[];
}

async function judged(...words: string[]): Promise<Judged> {
  const { code, stdout, stderr } = await pipeline(['evaluate', ...words, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** By the command, as `evaluate` is one: it may use other vectors than this process, and sums then round otherwise. */
const trained = async (text: string, out: string): Promise<EndEvent> => {
  const ended = await pipeline(['run', await scratchFile('tiny.yaml', text), '--out', out, '--no-report', '--json']);
  return eventsOf(ended).at(-1) as unknown as EndEvent;
};

test('a run that chose by its test is judged, too', async () => {
  const out = await scratchFolder();
  const { test: figures } = await trained(`best: { monitor: test.accuracy }\n${TINY}`, out);
  expect(await judged(join(out, 'tiny'))).toMatchObject({ loss: figures?.loss, accuracy: figures?.accuracy });
});

test('has the loss of a run whose samples have weights', async () => {
  const out = await scratchFolder();
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},class ${i % 3},${1 + (i % 7) ** 3}`,
  );
  await writeFile(join(out, 'weighted.csv'), ['a,b,class,weight', ...rows].join('\n'));
  const judge = '[batch: { size: 7 }, forward, softmaxCrossEntropy, mean: { of: loss }, accuracy]';
  await writeFile(
    join(out, 'weighted.yaml'),
    `name: weighted
epochs: 2
data:
  - csv: { train: weighted.csv, target: class, weight: weight }
  - holdOut: { validation: 0.3, test: 0.3 }
  - oneHot
network: [dense: { units: 4 }, relu, dense: { units: 3 }]
train: [shuffleBatch: { size: 4 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
validation: ${judge}
test: ${judge}
`,
  );
  const ended = await pipeline(['run', join(out, 'weighted.yaml'), '--out', out, '--no-report', '--json']);
  const end = eventsOf(ended).at(-1) as unknown as EndEvent;
  for (const split of ['validation', 'test'] as const) {
    expect((await judged(join(out, 'weighted'), '--split', split)).loss).toBe(end[split]?.loss);
  }
});

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0);

/** With dropout, which must not act, and the run's own loss, which smooths its targets. */
const SMOOTHED = VALIDATED.replace('  - relu', '  - relu\n  - dropout: { rate: 0.3 }').replaceAll(
  'softmaxCrossEntropy',
  'softmaxCrossEntropy: { labelSmoothing: 0.1 }',
);

describe.each([
  ['with a validation', VALIDATED],
  ['with dropout and smoothed targets', SMOOTHED],
  [
    'that chose its best epoch, and could stop early',
    VALIDATED.replace('seed: 1', 'seed: 1\nbest: {}\nearlyStopping: {}'),
  ],
  ['whose draws come from one stream', SMOOTHED.replace('seed: 1', 'seed: 1\nrandom: numpy')],
])('a run %s', (_, text) => {
  let runs: string;
  let end: EndEvent;
  beforeAll(async () => {
    runs = await scratchFolder();
    end = await trained(text, runs);
  });

  test.each(['test', 'validation'] as const)('has the figures of its end again: %s', async (split) => {
    const found = await judged(join(runs, 'tiny', '1'), '--split', split);
    expect(found.samples).toBe(split === 'test' ? 50 : 20);
    expect(found.loss).toBe(end[split]?.loss);
    expect(found.accuracy).toBe(end[split]?.accuracy);
    expect(sumOf(found.confusionMatrix.flat())).toBe(found.samples);
    expect(sumOf(found.confusionMatrix.map((row, label) => row[label])) / found.samples).toBe(found.accuracy);
    expect(found.mistakes).toHaveLength(Math.round(found.samples * (1 - found.accuracy)));
    expect(found.classes.map(({ support }) => support)).toEqual(found.confusionMatrix.map(sumOf));
  });

  test('judges what it learned from, too', async () => {
    expect(await judged(join(runs, 'tiny'), '--split', 'train')).toMatchObject({ split: 'train', samples: 180 });
  });
});

describe('what is printed', () => {
  let runs: string;
  beforeAll(async () => {
    runs = await scratchFolder();
    for (const seed of ['3', '4']) {
      await runPipeline('tiny.yaml', { text: TINY, set: [`seed=${seed}`], out: runs, plugins: false });
    }
  });

  test('classes, what each is taken for, and the mistakes as pictures', async () => {
    const { code, stdout, stderr } = await pipeline(['evaluate', join(runs, 'tiny', '2')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^test: 50 examples of digits, loss \d\.\d{4}, accuracy 0\.\d{4}$/m);
    expect(stdout).toMatch(/^class +precision +recall +F1 +examples$/m);
    expect(stdout).toMatch(/^expected calibration error 0\.\d{4}/m);
    expect(stdout).toMatch(/\d taken for \d, \d+\.\d %/);
    expect(stdout.split('\n').filter((line) => /[█▀▄]/.test(line)).length).toBeGreaterThanOrEqual(10);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('the newest run of a name is meant where no number is given', async () => {
    expect(await judged(join(runs, 'tiny'))).toEqual(await judged(join(runs, 'tiny', '2')));
    const { stdout } = await pipeline(['runs', join(runs, 'tiny')]);
    expect(stdout).toContain(join(runs, 'tiny', '1'));
    expect(stdout).toContain('seed: 3 -> 4');
  });

  test('a model, on the data of another file', async () => {
    const model = join(runs, 'tiny', '1', 'model.safetensors');
    const other = await scratchFile('other.yaml', TINY.replace('seed: 1', 'seed: 3').replace('- relu', '- sigmoid'));
    expect(await judged(model, '--pipeline', other)).toEqual(await judged(join(runs, 'tiny', '1')));
  });

  test('what cannot be evaluated is said', async () => {
    const model = join(runs, 'tiny', '1', 'model.safetensors');
    expect(await pipeline(['evaluate', model])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--pipeline FILE'),
    });
    expect(await pipeline(['evaluate', runs])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('expected the folder of a run'),
    });
    expect(await pipeline(['evaluate', join(runs, 'tiny', '1'), '--split', 'validation'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('its data: gives no validation examples; give --split train or test'),
    });
    const wider = await scratchFile('wider.yaml', TINY.replace('oneHot: { classes: 10 }', 'oneHot: { classes: 11 }'));
    expect(await pipeline(['evaluate', model, '--pipeline', wider])).toMatchObject({ code: 2 });
  });
});

test('numbers that are no probabilities are taken as certain, and no calibration is claimed', async () => {
  const runs = await scratchFolder();
  const text = TINY.replaceAll('softmaxCrossEntropy', 'meanSquaredError');
  const { test: end } = await trained(text, runs);
  const found = await judged(join(runs, 'tiny', '1'));
  expect({ loss: found.loss, accuracy: found.accuracy }).toEqual({ loss: end?.loss, accuracy: end?.accuracy });
  expect(found).not.toHaveProperty('expectedCalibrationError');
});

test('questions of yes or no: the figures of the run, and of each question', async () => {
  const runs = await scratchFolder();
  const rows = Array.from({ length: 60 }, (_, i) => {
    const [a, b] = [Math.sin(7 * i), Math.cos(3 * i)];
    return [a, b, Number(a > 0), Number(a + b > 1)].join(',');
  });
  await writeFile(join(runs, 'mail.csv'), ['a,b,spam,urgent', ...rows].join('\n'));
  const file = join(runs, 'mail.yaml');
  await writeFile(
    file,
    `name: mail
epochs: 5
data: [csv: { train: mail.csv, target: [spam, urgent] }, holdOut: { test: 0.4 }]
network: [dense: { units: 2 }]
train: [shuffleBatch: { size: 4 }, forward, binaryCrossEntropy, backward, sgd: { learningRate: 0.5 }]
test: [batch: { size: 7 }, forward, binaryCrossEntropy, mean: { of: loss }, accuracy, recall]
`,
  );
  const ended = await pipeline(['run', file, '--out', runs, '--no-report', '--json']);
  const { test: end } = eventsOf(ended).at(-1) as unknown as EndEvent;
  const run = join(runs, 'mail');
  const { answers } = await evaluateRun(run);
  const found = (await judged(run)) as unknown as { readonly questions: readonly Record<string, number | string>[] };
  expect(found).toMatchObject({ loss: end?.loss, accuracy: end?.accuracy, ...answers });
  expect(found.questions.map(({ question, support }) => [question, Number(support) > 0])).toEqual([
    ['spam', true],
    ['urgent', true],
  ]);
  const mean = (name: string) => found.questions.reduce((sum, scores) => sum + Number(scores[name]), 0) / 2;
  expect(mean('accuracy')).toBeCloseTo(end?.accuracy as number, 12);
  expect(mean('recall')).toBeCloseTo(end?.recall as number, 12);
  expect((await pipeline(['run', file, '--no-out'])).stdout).toMatch(
    /^accuracy a target +spam: +[\d.]+% +urgent: +[\d.]+%$/m,
  );
  const { stdout } = await pipeline(['evaluate', run]);
  expect(stdout).toMatch(/^test: 24 examples of csv, loss \d\.\d{4}, accuracy 0\.\d{4}$/m);
  expect(stdout).toMatch(/^yes or no +accuracy +precision +recall +F1 +yes$/m);
  expect(stdout).toMatch(/^spam +[01]\.\d{4} /m);
});

test('predict calls real numbers by the names of their targets', async () => {
  const runs = await scratchFolder();
  const rows = Array.from({ length: 40 }, (_, i) => [i, 2 * i + 1, 3 - i].join(','));
  await writeFile(join(runs, 'lines.csv'), ['x,up,down', ...rows].join('\n'));
  const file = join(runs, 'lines.yaml');
  await writeFile(
    file,
    `name: lines
epochs: 3
data: [csv: { train: lines.csv, target: [up, down] }, standardize, standardize: { of: targets }]
network: [dense: { units: 2 }]
train: [shuffleBatch: { size: 4 }, forward, meanSquaredError, backward, sgd: { learningRate: 0.1 }]
`,
  );
  await pipeline(['run', file, '--out', runs, '--no-report']);
  const predicted = (...options: string[]) =>
    pipeline(['predict', join(runs, 'lines'), join(runs, 'lines.csv'), ...options]);
  const [row] = eventsOf(await predicted('--json')) as unknown as { outputs: number[]; targets: object }[];
  expect(row.targets).toEqual({ up: row.outputs[0], down: row.outputs[1] });
  const [heading, first] = linesOf((await predicted()).stdout);
  expect(heading).toMatch(/^file +up +down$/);
  expect(first).toMatch(/^\S+lines\.csv\[0\] +-?[\d.e-]+ +-?[\d.e-]+$/);
});

test('a network of a stage of your own, by --plugin', async () => {
  const folder = await scratchFolder();
  const plugin = join(folder, 'my.ts');
  await writeFile(
    plugin,
    "import { activation } from 'marblenet';\nexport const my = activation({ name: 'my', summary: 'y = 2 x', formula: () => ({ value: (x) => 2 * x, derivative: () => 2 }) });\n",
  );
  const file = join(folder, 'my.yaml');
  await writeFile(file, TINY.replace('epochs: 2', 'epochs: 2\nplugins: [./my.ts]').replace('- relu', '- my'));
  await runPipeline(file, { out: folder });
  const run = join(folder, 'tiny', '1');
  expect(await judged(run)).toMatchObject({ samples: 50 });
  const refused = await pipeline(['evaluate', run, '--no-plugins']);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--no-plugins') });
  const picture = join(folder, 'one.idx');
  await writeFile(picture, encodeIdx([1, 28, 28], new Uint8Array(784)));
  expect(await pipeline(['predict', run, picture])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--plugin'),
  });
  expect(await pipeline(['predict', run, picture, '--plugin', plugin])).toMatchObject({ code: 0 });
  expect(await readFile(join(run, 'pipeline.yaml'), 'utf8')).toContain('my');
});

test('from code, the same figures', async () => {
  const out = await scratchFolder();
  const { folder, test: end } = await runPipeline('tiny.yaml', { text: TINY, out, plugins: false });
  const found = await evaluateRun(String(folder));
  expect({ loss: found.loss, accuracy: found.judged?.accuracy }).toEqual(end);
  expect(await evaluateRun(join(out, 'tiny'), { split: 'train' })).toMatchObject({
    split: 'train',
    classNames: { length: 10 },
  });
  await expect(evaluateRun(join(out, 'tiny'), { spilt: 'train' } as never)).rejects.toThrow('did you mean "split"?');
  const file = await scratchFile('my.yaml', TINY);
  const model = pathToFileURL(join(out, 'tiny/1/model.safetensors'));
  expect(await evaluateRun(model, { pipeline: file })).toEqual(found);
});
