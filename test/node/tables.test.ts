/** From a table to a model that reads others of the same form: rows of a program, and files. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  evaluateRun,
  exportModel,
  loadModel,
  type Model,
  readSamples,
  runPipeline,
  type SavableModel,
} from 'marblenet';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/core/model/safetensors.js';
import { sha256 } from '../../src/core/model/sha256.js';
import { pipeline, scratchFile, scratchFolder } from '../cli/pipeline-command.js';
import { runOnnx } from '../core/formats/read-onnx.js';

/** Flowers whose kind is decided by their width, and whose height by all the rest. */
const TABLE = `width,colour,height,kind\n${Array.from({ length: 60 }, (_, i) => {
  const width = (i % 12) / 4;
  const colour = ['red', 'blue', ''][i % 3];
  return `${width},${colour},${2 * width + (colour === 'blue' ? 1 : 0)},${width < 1.4 ? 'small' : 'large'}`;
}).join('\n')}\n`;

const fileOf = (data: string, network: string, loss: string, metrics: string): string => `name: flowers
epochs: 200
data:
  - csv: { train: flowers.csv, ${data} }
  - holdOut: { test: 0.2 }
  - standardize
${network}
train:
  - shuffleBatch: { size: 8 }
  - forward
  - ${loss}
  - backward
  - adam: { learningRate: 0.02 }
test:
  - batch: { size: 8 }
  - forward
  - ${loss}
${metrics}
`;

const classes = fileOf(
  'target: kind, ignore: [height]',
  '  - oneHot\nnetwork:\n  - dense: { units: 8 }\n  - relu\n  - dense: { units: 2 }',
  'softmaxCrossEntropy',
  '  - accuracy',
);
const numbers = fileOf(
  'target: height, ignore: [kind]',
  'network:\n  - dense: { units: 8 }\n  - relu\n  - dense: { units: 1 }',
  'meanSquaredError',
  '  - mean: { of: loss }\n  - rootMeanSquaredError',
);

let folder: string;
let model: SavableModel;
let file: string;

beforeAll(async () => {
  folder = dirname(await scratchFile('flowers.csv', TABLE));
  const run = await runPipeline(join(folder, 'flowers.yaml'), { text: classes });
  expect(run.test?.accuracy).toBe(1);
  model = run.network;
  file = join(await scratchFolder(), 'model.safetensors');
  await model.save(file);
}, 60_000);

const rows = [
  { width: 0.25, colour: 'red' },
  { width: '2.5', colour: 'blue', height: 3 },
  { width: 2, colour: null },
];

describe('a network that learned from a table', () => {
  it('tells rows apart, and so does the model that was kept', async () => {
    const said = await model.predict(rows);
    expect(said.names).toEqual(['small', 'large', 'large']);
    expect((await model.predict(rows[0])).names).toEqual(['small']);
    expect(await (await loadModel(file)).predict(rows)).toEqual(said);
  });

  it('reads other files of that form', async () => {
    const other = await scratchFile('others.csv', 'colour;width\nred;0,25\nblue;2,5\n;2\n');
    const kept = await loadModel(file);
    expect(await kept.predict(await readSamples(other, kept))).toEqual(await model.predict(rows));
    const days = await scratchFile('days.csv', 'colour;day;width\nred;31.1;0,25\nblue;1.2;2,5\n;2.2;2\n');
    expect(await kept.predict(await readSamples(days, kept))).toEqual(await model.predict(rows));
    const { stdout, code } = await pipeline(['predict', file, other]);
    expect({ code, kinds: stdout.match(/small|large/g) }).toEqual({ code: 0, kinds: ['small', 'large', 'large'] });
  });

  it('refuses a table that has a header only', async () => {
    const empty = await scratchFile('empty.csv', 'colour,width\n');
    await expect(readSamples(empty, model)).rejects.toThrow(`${empty}: found no rows, expected at least one`);
    expect((await pipeline(['predict', file, empty])).code).toBe(3);
  });

  it.each([
    [{ colour: 'red' }, 'predict: sample 0 has no width'],
    [{ colour: 'red', widht: 1 }, 'predict: sample 0 has no width; is it "widht"?'],
    [{ width: 'wide', colour: 'red' }, 'predict: sample 0: found "wide" for width, expected a number'],
    [[rows[0], 5], 'predict: found 5 for sample 1, expected a row like the first'],
  ])('refuses %j', async (given, problem) => {
    await expect(model.predict(given as never)).rejects.toThrow(problem);
  });

  it('says which values no row to learn from has', async () => {
    const { unseen } = await model.predict([rows[0], { width: 1, colour: 'green' }]);
    expect(unseen).toEqual([{ sample: 1, column: 'colour', value: 'green' }]);
    expect((await model.predict(rows)).unseen).toEqual([]);
  });

  it('names the place of a table that is not given', async () => {
    await writeFile(join(folder, 'flowers.csv'), TABLE);
    const yaml = join(folder, 'no-test.yaml');
    const text = classes.replace('  - holdOut: { test: 0.2 }\n', '');
    await expect(runPipeline(yaml, { text })).rejects.toThrow(`${yaml}:4:5: csv has no table for test:; give it one`);
  });

  it('says in every command how many cells of which split have such a value', async () => {
    const said = '2 cells of colour say what train never says, and are none of its values';
    const test = await scratchFile(
      'test.csv',
      'width,colour,height,kind\n1,green,1,small\n2,,1,large\n2,pink,1,large\n',
    );
    const text = classes
      .replace('train: flowers.csv', `train: ${join(folder, 'flowers.csv')}, test: ${test}`)
      .replace('  - holdOut: { test: 0.2 }\n', '')
      .replace('epochs: 200', 'epochs: 1');
    const yaml = await scratchFile('flowers.yaml', text);
    await writeFile(join(folder, 'flowers.csv'), TABLE);
    const run = await pipeline(['run', yaml]);
    expect(run.stderr.split('\n').filter((line) => line.includes('cells'))).toEqual([`test: ${said}`]);
    const json = await pipeline(['run', yaml, '--json']);
    expect(JSON.parse(json.stdout.split('\n')[0]).data.remark).toBe(`test: ${said}`);
    expect((await pipeline(['lint', yaml, '--data', '.'])).stderr).toContain(`test: ${said}`);
    const { stderr } = await pipeline(['predict', file, test]);
    expect(stderr).toBe(`${test}: ${said}\n`);
  });

  it('takes the median of the rows that it learned from for a number that is missing', async () => {
    const [said, median] = await Promise.all([null, 1.375].map((width) => model.predict({ width, colour: 'red' })));
    expect(said).toEqual(median);
  });

  it('takes rows as a JavaScript module, too, as the model does', async () => {
    const [{ content }, types] = await exportModel(model, 'js');
    const path = await scratchFile('flowers.mjs', new TextDecoder().decode(content));
    const module = await import(/* @vite-ignore */ pathToFileURL(path).href);
    const others = [...rows, { width: 'NA', colour: 'green' }, { width: '1e0', colour: '?' }];
    for (const given of [rows[0], others]) {
      const [said, here] = [module.predict(given), await model.predict(given)];
      expect({ names: said.names, unseen: said.unseen }).toEqual({ names: here.names, unseen: here.unseen });
      expectClose(said.outputs.data, here.outputs.data);
    }
    expect(module.predict([0.25, 0, 1]).names).toEqual(['small']);
    expect(module.model.columns.map(({ name }: { name: string }) => name)).toEqual(['width', 'colour']);
    expect(() => module.predict({ width: 1 })).toThrow('sample 0 has no colour');
    expect(() => module.predict({ width: 'wide', colour: 'red' })).toThrow(
      'sample 0: found "wide" for width, expected a number',
    );
    expect(() => module.predict([rows[0], 5])).toThrow('sample 1: found 5, expected a row like the first');
    expect(new TextDecoder().decode(types.content)).toContain('  | readonly Row[];');
  });

  it('has its columns in the metadata of ONNX', async () => {
    const [{ content }] = await exportModel(model, 'onnx');
    expect(new TextDecoder().decode(content)).toContain(JSON.stringify(model.description.columns?.features));
  });

  it('is refused where its columns are not its samples', async () => {
    const { tensors, metadata } = decodeSafetensors(await readFile(file), 'model');
    const { sha256: _, ...rest } = metadata;
    const description = rest.description.replace('"values":["blue","red"]', '"values":["blue"]');
    const bytes = encodeSafetensors({ tensors, metadata: { ...rest, description } });
    const sum = await sha256(bytes);
    const sealed = encodeSafetensors({ tensors, metadata: { ...rest, description, sha256: sum } });
    await expect(loadModel(sealed)).rejects.toThrow('its columns become 2 numbers, but the network takes [3]');
  });

  it('says real numbers where the target has some, in its own units, and so do its exports', async () => {
    const text = numbers.replace('  - standardize\n', '  - standardize\n  - standardize: { of: targets }\n');
    const { network, test } = await runPipeline(join(folder, 'heights.yaml'), { text });
    const rows = [
      { width: 1, colour: 'red' },
      { width: 2, colour: 'blue' },
    ];
    const { outputs, names, probabilities } = await network.predict(rows);
    expect({ names, probabilities }).toEqual({ names: [], probabilities: undefined });
    expect(outputs.data[0]).toBeCloseTo(2, 0);
    expect(outputs.data[1]).toBeCloseTo(5, 0);
    expect(test?.rootMeanSquaredError).toBeLessThan(0.5);
    await expectSameElsewhere(network, [
      [1, 0, 1],
      [2, 1, 0],
    ]);
    expect(await (await loadModel(await network.encode())).predict(rows)).toEqual(await network.predict(rows));
  }, 60_000);

  it('is evaluated in the units of its target, as metrics of the pipeline are', async () => {
    const text = `${numbers.replace('  - standardize\n', '  - standardize\n  - standardize: { of: targets }\n')}  - r2\n  - mean: { of: absoluteError }\n`;
    await writeFile(join(folder, 'flowers.csv'), TABLE);
    const out = await scratchFolder();
    const { test } = await runPipeline(join(folder, 'heights.yaml'), {
      text: text.replace('epochs: 200', 'epochs: 9'),
      out,
    });
    const { loss: _, ...figures } = test ?? {};
    const run = join(out, 'flowers');
    expect((await evaluateRun(run)).errors).toEqual(figures);
    const { stdout } = await pipeline(['evaluate', run, '--json']);
    expect(Object.keys(figures).sort()).toEqual(['meanAbsoluteError', 'r2', 'rootMeanSquaredError']);
    for (const [name, value] of Object.entries(figures)) expect(JSON.parse(stdout)[name]).toBeCloseTo(value, 5);
    expect((await pipeline(['evaluate', run])).stdout).toMatch(
      /^in the target's own units: mean absolute error \d.*, root mean squared error \d.*; r2 -?\d/m,
    );
  }, 60_000);

  it('answers questions of yes or no, and takes rows with gaps', async () => {
    const text = fileOf(
      'target: tall, ignore: [height, kind], missing: keep',
      'network:\n  - dense: { units: 8 }\n  - relu\n  - dense: { units: 1 }',
      'binaryCrossEntropy',
      '  - accuracy\n  - f1\n  - rocAuc\n  - calibrationError',
    ).replace('  - standardize', '  - impute\n  - standardize');
    const [names, ...lines] = TABLE.trimEnd().split('\n');
    const tall = lines.map((line, i) => `${i % 9 === 0 ? line.replace(/^[^,]*/, '') : line},${i % 12 > 5 ? 1 : 0}`);
    const path = await scratchFile('tall.csv', [`${names},tall`, ...tall].join('\n'));
    const { network, test } = await runPipeline(join(folder, 'tall.yaml'), {
      text: text.replace('flowers.csv', JSON.stringify(path)),
    });
    expect(test?.accuracy).toBeGreaterThan(0.8);
    const { outputs, probabilities } = await network.predict([
      { width: 0, colour: 'red' },
      { width: 2.75, colour: 'red' },
      { width: null, colour: 'blue' },
    ]);
    expect(outputs.shape).toEqual([3, 1]);
    const [small, large, unknown] = Array.from(probabilities?.data ?? []);
    expect(small).toBeLessThan(0.5);
    expect(large).toBeGreaterThan(0.5);
    expect(unknown).toBeGreaterThan(0);
    await expectSameElsewhere(network, [
      [0, 0, 1],
      [Number.NaN, 1, 0],
      [2.75, 0, 0],
    ]);
  }, 60_000);
});

/** What the JavaScript module and ONNX say of samples, beside what the model does. */
async function expectSameElsewhere(network: Model, samples: readonly (readonly number[])[]): Promise<void> {
  const { outputs, probabilities } = await network.predict({ shape: [samples.length, 3], data: samples.flat() });
  const [module] = await exportModel(network, 'js');
  const path = await scratchFile('network.mjs', new TextDecoder().decode(module.content));
  const { predict } = await import(/* @vite-ignore */ pathToFileURL(path).href);
  const found = predict(samples);
  expectClose(found.outputs.data, outputs.data);
  if (probabilities !== undefined) expectClose(found.probabilities.data, probabilities.data);
  const onnx = await runOnnx((await exportModel(network, 'onnx'))[0].content, [3], samples);
  expectClose(onnx.data, (probabilities ?? outputs).data);
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(found[i]).toBeCloseTo(expected[i], 4);
}
