/** Networks for images, carried from PyTorch and to it (bench/peers/pytorch_networks.py). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportModel, type Model, runPipeline, type Shape } from 'marblenet';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeSafetensors, type StoredTensor } from '../../src/core/model/safetensors.js';
import { importModel } from '../../src/node/import-model.js';
import { loadPipeline } from '../../src/node/load-pipeline.js';
import { fromRoot } from '../cli/pipeline-command.js';
import { madeUpDigits, madeUpNumbers } from '../fixtures/made-up.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

interface Case {
  /** The stages of a pipeline file. */
  readonly network: readonly unknown[];
  /** Of PyTorch's state dict. */
  readonly tensors: Readonly<Record<string, { readonly shape: Shape; readonly first: number }>>;
  /** [4, 10] of four made up digits, in float64. */
  readonly outputs: readonly number[];
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch-networks.json', import.meta.url), 'utf8'),
);
const numbered = cases.map((one, i) => [i, one] as const);

const { pixels } = madeUpDigits(4, 0);
const samples = { shape: [4, 28, 28], data: pixels };

/** The largest difference, as a share of the largest number, or of 1; NaN where a number is missing. */
const farthest = (found: ArrayLike<number>, right: readonly number[]): number =>
  right.reduce((most, value, i) => Math.max(most, Math.abs(found[i] - value)), found.length - right.length) /
  right.reduce((most, value) => Math.max(most, Math.abs(value)), 1);

const textOf = ({ network }: Case, dtype = 'float32'): string => `name: carried
dtype: ${dtype}
epochs: 1
data: [digits: { train: 100, test: 10 }, normalize: { divisor: 255 }, oneHot: { classes: 10 }]
network: ${JSON.stringify(network)}
train: [batch: { size: 20 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.05 }]
`;

/** Weights as `made` of the Python program makes them. */
function stateDictOf({ tensors }: Case): Record<string, StoredTensor> {
  const stored = Object.entries(tensors).flatMap(([name, { shape, first }]) => {
    const drawn = madeUpNumbers(
      shape.reduce((size, length) => size * length, 1),
      first,
    );
    const isVariance = name.endsWith('running_var');
    const data = Float32Array.from(drawn, (value) => (isVariance ? 1 + value / 2 : value / 4));
    const count = [name.replace('running_var', 'num_batches_tracked'), { shape: [], data: Int32Array.of(7) }] as const;
    return [[name, { shape, data }] as const, ...(isVariance ? [count] : [])];
  });
  return Object.fromEntries(stored);
}

const imported = async (one: Case, content: Uint8Array, dtype?: string): Promise<Model> => {
  const loaded = await loadPipeline('carried.yaml', { text: textOf(one, dtype), plugins: false });
  return importModel(await temporaryFile(content, 'weights'), loaded);
};

describe.each(numbered)('the network %i', (_, one) => {
  it.each([
    ['float32', 1e-6],
    ['float64', 1e-10],
  ] as const)('says what PyTorch says, once its state dict is imported, in %s', async (dtype, bound) => {
    const tensors = stateDictOf(one);
    const model = await imported(one, encodeSafetensors({ tensors, metadata: {} }), dtype);
    expect(farthest((await model.predict(samples)).outputs.data, one.outputs)).toBeLessThan(bound);
    // and gives the state dict back
    const [{ content }] = await exportModel(model, 'npz');
    const back = await imported(one, content, dtype);
    expect(await back.predict(samples)).toEqual(await model.predict(samples));
  });

  it.each([
    ['npz', 'pytorch'],
    ['npz', 'notebook'],
    ['safetensors', 'pytorch'],
    ['safetensors', 'notebook'],
  ] as const)('comes back bit for bit: %s, names of %s', async (format, names) => {
    const { network } = await runPipeline('carried.yaml', { text: textOf(one), plugins: false });
    const [{ content }] = await exportModel(network, format, { names });
    const back = await imported(one, content);
    expect(back.state()).toEqual(network.state());
  });

  it('comes back from its own file', async () => {
    const { network } = await runPipeline('carried.yaml', { text: textOf(one), plugins: false });
    expect((await imported(one, await network.encode())).state()).toEqual(network.state());
  });
});

describe.skipIf(!hasTorch())('PyTorch loads a network strictly, as an nn.Sequential, and says the same: from', () => {
  const carried = numbered.flatMap(([number, one]) =>
    (['npz', 'safetensors'] as const).map((format) => ({ number, one, format })),
  );
  const own: ArrayLike<number>[] = [];
  let theirs: readonly (readonly number[])[];
  // all at once: PyTorch takes more than a second to load
  beforeAll(async () => {
    const words: string[] = [];
    for (const { number, one, format } of carried) {
      const { network } = await runPipeline('carried.yaml', { text: textOf(one), plugins: false });
      own.push((await network.predict(samples)).outputs.data);
      const [{ content, extension }] = await exportModel(network, format);
      const path = join(await temporaryFolder(), `weights${extension}`);
      await writeFile(path, content);
      words.push(`${number}=${path}`);
    }
    const args = [fromRoot('bench/peers/pytorch_networks.py'), '--load', ...words];
    theirs = JSON.parse(execFileSync('/usr/bin/python3', args, { encoding: 'utf8' }));
  }, 120_000);

  it.each(carried.map(({ number, format }, i) => [format, number, i] as const))('%s, network %i', (_, __, i) => {
    expect(farthest(own[i], theirs[i])).toBeLessThan(1e-6);
  });
});

const renamed = (tensors: Readonly<Record<string, StoredTensor>>, names: readonly (readonly [string, string])[]) =>
  encodeSafetensors({
    tensors: Object.fromEntries(
      Object.entries(tensors)
        .map(([name, tensor]) => {
          const [from, to] = names.find(([begin]) => name.startsWith(begin)) ?? expect.fail(name);
          return [name.replace(from, to), tensor] as const;
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    metadata: {},
  });

describe('names that are not those of an nn.Sequential', () => {
  it('are told apart by what their layers hold', async () => {
    const [, one] = cases;
    const names = ['conv1', 'bn1', 'act1', 'conv2', '', 'conv3', 'norm', '', '', 'bn2', 'act2', 'fc'];
    const content = renamed(
      stateDictOf(one),
      names.map((name, i) => [`${i}.`, `${name}.`] as const),
    );
    expect(farthest((await (await imported(one, content)).predict(samples)).outputs.data, one.outputs)).toBeLessThan(
      1e-6,
    );
  });

  it('of Keras have channels last', async () => {
    const [one] = cases;
    const { network } = await runPipeline('carried.yaml', { text: textOf(one), plugins: false });
    const own = Object.fromEntries(network.parameters.map(({ name, value }) => [name, value as StoredTensor]));
    const content = renamed(own, [
      ['network.0.W', 'conv1.kernel'],
      ['network.0.b', 'conv1.bias'],
      ['network.3.W', 'dense2.kernel'],
      ['network.3.b', 'dense2.bias'],
      ['network.5.W', 'dense3.kernel'],
      ['network.5.b', 'dense3.bias'],
    ]);
    expect((await imported(one, content)).state()).toEqual(network.state());
  });
});

describe('what does not fit', () => {
  it('is named with what PyTorch would have', async () => {
    const [one] = cases;
    const tensors = { ...stateDictOf(one), '0.weight': { shape: [3, 1, 5, 4], data: new Float32Array(60) } };
    await expect(imported(one, encodeSafetensors({ tensors, metadata: {} }))).rejects.toThrow(
      '0.weight [3, 1, 5, 4] does not fit network.0.W [5, 3, 1, 4], which PyTorch has as [4, 1, 5, 3]',
    );
  });

  it('is a file without what batchNorm remembers', async () => {
    const [, one] = cases;
    const { '1.running_mean': _, ...tensors } = stateDictOf(one);
    await expect(imported(one, encodeSafetensors({ tensors, metadata: {} }))).rejects.toThrow(
      /it has nothing for network\.1\.mean \[6\]: the layer 1 has 1\.weight \[6\], 1\.bias \[6\], 1\.running_var \[6\]$/,
    );
  });

  it('is a variance below 0', async () => {
    const [, one] = cases;
    const tensors = stateDictOf(one);
    const { shape, data } = tensors['1.running_var'];
    tensors['1.running_var'] = { shape, data: Float32Array.from(data, (value, i) => (i === 2 ? -0.5 : value)) };
    await expect(imported(one, encodeSafetensors({ tensors, metadata: {} }))).rejects.toThrow(
      /: 1\.running_var holds -0\.5 at \[2\], expected variances: 0 or more$/,
    );
  });

  it('is a sum of numbers that come in another order in PyTorch', async () => {
    const conv = { conv2d: { filters: 2, kernel: 7, stride: 7 } };
    const network = [conv, 'flatten', { residual: [{ dense: { units: 32 } }] }, { dense: { units: 10 } }];
    const text = textOf({ network, tensors: {}, outputs: [] });
    const { network: model } = await runPipeline('carried.yaml', { text, plugins: false });
    await expect(exportModel(model, 'npz')).rejects.toThrow(
      'residual at network.2 adds to a row [32] that was an image [4, 4, 2], whose numbers come in another order in ' +
        'PyTorch; put a dense layer before it',
    );
  });
});

function hasTorch(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('SKIPPED: Python has no torch here');
    return false;
  }
}
