/** Every pipeline that is shipped must run; here for a few steps, on a few digits. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adviceOn } from '../src/core/advice/advice.js';
import { parsePipelineFile, resolvePipelineFile } from '../src/core/pipeline-file/pipeline-file.js';
import type { PipelineEvent } from '../src/core/run/events.js';
import { outlineOpened } from '../src/node/environment.js';
import { type LoadedPipeline, loadPipeline } from '../src/node/load-pipeline.js';
import { builtIn } from '../src/node/plugins.js';
import { runPipeline } from '../src/node/run-pipeline.js';

const folder = fileURLToPath(new URL('../pipelines/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));

/** What learns from something small already, and how many steps of 40 samples an epoch of it has. */
const small: Readonly<Record<string, { readonly source: string; readonly steps: number }>> = {
  'iris.yaml': { source: 'csv', steps: 3 },
  'iris-sweep.yaml': { source: 'csv', steps: 3 },
  'wine.yaml': { source: 'csv', steps: 4 },
  'regression.yaml': { source: 'csv', steps: 8 },
  'two-spirals.yaml': { source: 'points', steps: 10 },
};

const convolves = ({ network }: LoadedPipeline['definition']): boolean =>
  network.some(({ definition: { name } }) => name === 'conv2d');

/** The changes that make a pipeline small: a few drawn digits in the place of pictures, one epoch. */
function smaller({ definition, path }: LoadedPipeline): string[] {
  const batcher = definition.train[0].definition.name;
  // a convolution takes longer with each sample
  const [train, test, size] = convolves(definition) ? [24, 10, 8] : [200, 50, 40];
  const held = definition.validation === undefined ? 0 : size;
  const digits = [
    `data.0=digits: { train: ${train + held}, test: ${test} }`,
    ...(held > 0 ? [`data.1.holdOut.validation=${held}`] : []),
  ];
  return [
    ...(basename(path) in small ? [] : digits),
    'epochs=1',
    ...(batcher === 'drawBatch' ? ['train.0.drawBatch.steps=5'] : [`train.0.${batcher}.size=${size}`]),
  ];
}

describe.each(files)('pipelines/%s', (file) => {
  const path = `${folder}${file}`;

  it('is right', async () => {
    const outline = await outlineOpened(await loadPipeline(path), { offline: true });
    expect(outline.parameters.length).toBeGreaterThan(0);
    expect(adviceOn(outline)).toEqual([]);
  });

  it('is called what its file is called', async () => {
    expect((await loadPipeline(path)).definition.name).toBe(file.replace(/^.*[/\\]|\.yaml$/g, ''));
  });

  it('resolves to a file that resolves to itself', async () => {
    const { resolved, catalogue } = await loadPipeline(path);
    const again = resolvePipelineFile(parsePipelineFile(resolved, path), catalogue.registry);
    expect(again.resolved).toBe(resolved);
  });

  it('trains, the same way twice', async () => {
    const loaded = await loadPipeline(path);
    const set = smaller(loaded);
    const events: PipelineEvent[] = [];
    const first = await runPipeline(path, { set, onEvent: (event) => events.push(event) });
    const { source, steps } = small[file] ?? { source: 'digits', steps: convolves(loaded.definition) ? 3 : 5 };
    expect(events[0]).toMatchObject({ event: 'start', data: { source } });
    expect(first.steps).toBe(steps);
    expect(first.train.loss).toBeGreaterThan(0);
    expect((await runPipeline(path, { set })).weights).toBe(first.weights);
    expect((await runPipeline(path, { set: [...set, 'seed=7'] })).weights).not.toBe(first.weights);
  });
});

/** The README states the figures; a processor of another kind may round otherwise, and end a flower away from them. */
describe('what is learned from a table, or from points', () => {
  it.each([
    ['iris.yaml', 'accuracy', 0.93, 1],
    ['wine.yaml', 'accuracy', 0.97, 1],
    ['regression.yaml', 'rootMeanSquaredError', 2, 3],
    ['two-spirals.yaml', 'accuracy', 0.99, 1],
  ])('%s: %s from %d to %d', async (file, metric, least, most) => {
    const { test } = await runPipeline(`${folder}${file}`);
    expect(test?.[metric]).toBeGreaterThanOrEqual(least);
    expect(test?.[metric]).toBeLessThanOrEqual(most);
  });

  it('depends on the scale of the columns', async () => {
    const { test } = await runPipeline(`${folder}wine.yaml`, { set: ['data.2=normalize: { divisor: 1 }'] });
    expect(test?.accuracy).toBeLessThan(0.9);
  });
});

describe('relu.yaml and sigmoid.yaml', () => {
  const relu = `${folder}relu.yaml`;
  const sigmoid = `${folder}sigmoid.yaml`;

  it('differ in the name and one word', async () => {
    const [one, other] = await Promise.all(
      [relu, sigmoid].map(async (path) => (await readFile(path, 'utf8')).split('\n')),
    );
    expect(other).toHaveLength(one.length);
    const different = one.flatMap((line, i) => (line === other[i] ? [] : [[line, other[i]]]));
    expect(different).toEqual([
      ['name: relu', 'name: sigmoid'],
      ['  - relu', '  - sigmoid'],
    ]);
  });

  it('are the same after a swap', async () => {
    const set = smaller(await loadPipeline(relu));
    const { weights } = await runPipeline(sigmoid, { set });
    expect((await runPipeline(relu, { set, swap: ['relu=sigmoid'] })).weights).toBe(weights);
    expect((await runPipeline(relu, { set })).weights).not.toBe(weights);
  });
});

describe('validation.yaml', () => {
  it('is relu.yaml with a holdOut and a validation', async () => {
    const { definition } = await loadPipeline(`${folder}validation.yaml`);
    const { definition: relu } = await loadPipeline(`${folder}relu.yaml`);
    const namesOf = (stages: LoadedPipeline['definition']['train'] = []) =>
      stages.map(({ definition: { name }, options }) => [name, options]);
    expect(definition).toMatchObject({ seed: relu.seed, epochs: relu.epochs });
    const [source, held, ...others] = namesOf(definition.data);
    expect([source, ...others]).toEqual(namesOf(relu.data));
    expect(held).toEqual(['holdOut', { validation: 5000, stratify: true }]);
    for (const section of ['network', 'train', 'test'] as const) {
      expect(namesOf(definition[section])).toEqual(namesOf(relu[section]));
    }
    expect(namesOf(definition.validation)).toEqual(namesOf(relu.test));
  });
});

describe('pipelines/optimizers', () => {
  const folderOfOptimizers = `${folder}optimizers/`;
  const names = readdirSync(folderOfOptimizers);
  const linesOf = async (name: string) => (await readFile(`${folderOfOptimizers}${name}`, 'utf8')).split('\n');

  it('has one file for each optimizer', async () => {
    const found = await Promise.all(
      names.map(async (name) => (await loadPipeline(`${folderOfOptimizers}${name}`)).definition.train[4]),
    );
    // what goes on behind an optimizer, as averageWeights, has no learning rate of its own
    const optimizers = [...builtIn.registry.values()].filter(
      ({ definition: { family, options } }) => family === 'optimizers' && 'learningRate' in options.shape,
    );
    expect(found.map(({ definition }) => definition.name).sort()).toEqual(
      optimizers.map(({ definition }) => definition.name).sort(),
    );
  });

  it.each(names.filter((name) => name !== 'sgd.yaml'))(
    '%s differs from sgd.yaml in the name and one line',
    async (name) => {
      const [sgd, other] = await Promise.all([linesOf('sgd.yaml'), linesOf(name)]);
      expect(other).toHaveLength(sgd.length);
      expect(other.filter((line, i) => line !== sgd[i])).toEqual([
        `name: ${name.replace('.yaml', '')}`,
        expect.stringMatching(/^ {2}- \w+: \{ learningRate: /),
      ]);
    },
  );
});
