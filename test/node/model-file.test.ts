/** A model that was saved predicts as the network did that it was, bit for bit, in any process. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import {
  backward,
  batch,
  builtInStages,
  dense,
  digits,
  forward,
  joinRegistries,
  loadModel,
  normalize,
  oneHot,
  registryOf,
  runPipeline,
  type SavableModel,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { from, lastValueFrom, toArray } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { clippedRelu } from '../../examples/stages/clipped-relu.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/core/model/safetensors.js';
import { seal, unseal } from '../../src/core/model/sealed-file.js';
import { sha256 } from '../../src/core/model/sha256.js';
import { TINY, tinyWith } from '../tiny-pipeline.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const trained = async (text: string): Promise<SavableModel> =>
  (await runPipeline('tiny.yaml', { text, plugins: false })).network;

/** Pictures that look like nothing, each another. */
const samples = Array.from({ length: 230 }, (_, n) => Uint8Array.from({ length: 784 }, (_, i) => (i * n) % 256));

describe('what was saved', () => {
  it.each([
    ['logits', TINY],
    ['float64', tinyWith('epochs: 2', 'epochs: 2\ndtype: float64')],
    [
      'probabilities',
      tinyWith('  - dense: { units: 10 }', '  - dense: { units: 10 }\n  - softmax').replaceAll(
        'softmaxCrossEntropy',
        'crossEntropy',
      ),
    ],
    ['numbers', TINY.replaceAll('softmaxCrossEntropy', 'meanSquaredError')],
    ['dropout', tinyWith('  - relu', '  - relu\n  - dropout: { rate: 0.5 }')],
    ['random: numpy', tinyWith('seed: 1', 'seed: 1\nrandom: numpy')],
  ])('predicts the same when it is loaded: %s', async (_, text) => {
    const network = await trained(text);
    const path = join(await temporaryFolder(), 'model.safetensors');
    await network.save(path);
    const model = await loadModel(path);
    expect(await model.predict(samples)).toEqual(await network.predict(samples));
    expect(await model.encode()).toEqual(await network.encode());
    expect(model).toMatchObject({ name: 'tiny', shape: [28, 28], classNames: Array.from('0123456789') });
  });

  it('tells the class, its name, and how probable it is', async () => {
    const network = await trained(TINY);
    const { classes, names, probabilities } = await network.predict(samples.slice(1, 3));
    expect(names).toEqual(classes.map(String));
    expect(probabilities?.shape).toEqual([2, 10]);
    for (const [row, label] of classes.entries()) {
      const shares = probabilities?.data.subarray(10 * row, 10 * row + 10) ?? [];
      expect(shares[label]).toBe(Math.max(...shares));
      expect(Array.from(shares).reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
    }
  });

  it('has no probabilities where the network says something else', async () => {
    const network = await trained(TINY.replaceAll('softmaxCrossEntropy', 'meanSquaredError'));
    const prediction = await network.predict(samples[1]);
    expect(prediction.classes).toHaveLength(1);
    expect(prediction.probabilities).toBeUndefined();
  });

  it('is loaded from a path, the folder of a run, an address, or its bytes', async () => {
    const network = await trained(TINY);
    const folder = await temporaryFolder();
    const path = join(folder, 'model.safetensors');
    await network.save(path);
    const digests = [path, folder, pathToFileURL(path), new Uint8Array(await readFile(path))].map(async (source) =>
      (await loadModel(source)).encode(),
    );
    for (const bytes of await Promise.all(digests)) expect(bytes).toEqual(await network.encode());
    expect(await readdir(folder)).toEqual(['model.safetensors']);
  });

  it('is an operator: a prediction for each emission, in order', async () => {
    const model = await trained(TINY);
    const all = await lastValueFrom(from(samples.slice(0, 5)).pipe(model.operator(), toArray()));
    const { classes } = await model.predict(samples.slice(0, 5));
    expect(all.flatMap((one) => one.classes)).toEqual(classes);
  });

  it('answers many calls at once as if each were alone', async () => {
    const model = await loadModel(await (await trained(TINY)).encode());
    const { outputs } = await model.predict(samples);
    const all = await Promise.all(samples.map((sample) => model.predict(sample)));
    expect(all.flatMap((one) => Array.from(one.outputs.data))).toEqual(Array.from(outputs.data));
  });

  it('says what was reached, and where', async () => {
    const { network, runId, test } = await runPipeline('tiny.yaml', { text: TINY });
    const { description } = await loadModel(await network.encode());
    expect(description.reached).toMatchObject({ runId, seed: 1, epoch: 2, step: 20, metrics: { test } });
  });
});

describe('a model of stages of your own', () => {
  const registry = joinRegistries(builtInStages, registryOf({ clippedRelu }));
  const definition = {
    data: [digits({ train: 40, test: 20 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
    network: [dense({ units: 10 }), clippedRelu()],
    train: [batch({ size: 20 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  };

  it('is loaded where it is given them', async () => {
    const { network } = await runPipeline(definition);
    const bytes = await network.encode();
    const model = await loadModel(bytes, { registry });
    expect(await model.predict(samples)).toEqual(await network.predict(samples));
    await expect(loadModel(bytes)).rejects.toThrow(
      'the model: the network has a stage clippedRelu at network.1, which is not known: it comes from a plug-in; give ' +
        'that with --plugin FILE, or in code its stages as the registry',
    );
  });
});

describe('a file that is no such model is refused', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await (await trained(TINY)).encode();
  });

  /** The same file with another description, and a right sum. */
  async function describedAs(changes: object, name?: string): Promise<Uint8Array> {
    const { description, state } = await unseal(bytes, 'model', 'it');
    const { [name ?? '']: _, ...kept } = state;
    return seal({ kind: 'model', description: { ...(description as object), ...changes }, state: kept });
  }

  const refusal = { exitCode: 3, name: 'DataError' };

  it.each([
    [
      'stages that there are not',
      { network: [{ name: 'exec', options: {} }] },
      'a stage exec at network.0, which is not known',
    ],
    ['wrong options', { network: [{ name: 'dense', options: { units: -1 } }] }, 'network.0: dense: units: expected'],
    [
      'other sizes',
      { network: [{ name: 'dense', options: { units: 5 } }] },
      'it holds [784, 8] for the parameter network.0.W, expected [784, 5]',
    ],
    ['sizes beyond memory', { network: [{ name: 'dense', options: { units: 2_000_000_000 } }] }, 'the model: '],
    ['samples beyond memory', { input: { shape: [2 ** 31, 2 ** 31], classes: 10 } }, 'the model: '],
    [
      'layers that are not there',
      { network: [{ name: 'relu', options: {} }] },
      'the state is not one of this pipeline',
    ],
    [
      'a stage that is none of a network',
      { network: [{ name: 'mnist', options: {} }] },
      'mnist does not belong in network:',
    ],
    [
      'classes that its network does not tell apart',
      { input: { shape: [28, 28], classes: 2 ** 31 } },
      'it has 2147483648 classes, but its network says 10 numbers of a sample',
    ],
    [
      'targets that its network does not say',
      { input: { shape: [28, 28], targets: 9 } },
      'it has 9 targets, but its network says 10 numbers of a sample',
    ],
    ['names of other classes', { classNames: ['a'] }, 'it names 1 classes, but has 10'],
    ['a fill of other columns', { fill: [1, 2] }, 'its fill has 2 numbers, expected 28 for samples of [28, 28]'],
    [
      'a scaling of other columns',
      { scaling: { mean: [0, 1], std: 1 } },
      'its scaling is wrong: the mean of the scaling',
    ],
    ['a scaling by 0', { scaling: { mean: 0, std: 0 } }, 'its scaling is wrong: a std of 0 divides by 0'],
    ['targets scaled by 0', { targetScaling: { mean: 0, std: 0 } }, 'its targetScaling is wrong: a std of 0'],
    ['targets of other columns', { targetScaling: { mean: [1, 2], std: 1 } }, 'its targetScaling is wrong: the mean'],
    [
      'targets beyond float32',
      { targetScaling: { mean: 1e308, std: 1 } },
      'its targetScaling is wrong: 1e+308 is too large for float32',
    ],
    ['something unknown', { code: 'process.exit()' }, 'its description is wrong'],
  ])('which asks for %s', async (_, changes, message) => {
    await expect(loadModel(await describedAs(changes))).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['a state that is no JSON', { state: '{' }, 'its state is no JSON'],
    ['a state without values', { state: '[]' }, 'its state is wrong: expected values, and the names of arrays'],
    ['arrays that are no list', { state: '{"values":{},"arrays":1}' }, 'its state is wrong'],
    ['a description that is no JSON', { description: 'relu' }, 'its description is no JSON'],
  ])('which says, under a right sum, %s', async (_, changes, message) => {
    const { tensors, metadata } = decodeSafetensors(bytes, 'it');
    const { sha256: _sum, ...whole } = metadata;
    const said = { ...whole, ...changes };
    const sum = await sha256(encodeSafetensors({ tensors, metadata: said }));
    const changed = encodeSafetensors({ tensors, metadata: { ...said, sha256: sum } });
    await expect(loadModel(changed)).rejects.toMatchObject({ ...refusal, message: expect.stringContaining(message) });
  });

  it('which lacks a parameter', async () => {
    await expect(loadModel(await describedAs({}, 'network.2.b'))).rejects.toMatchObject({
      ...refusal,
      message: 'the model: it holds nothing for the parameter network.2.b, expected [10]',
    });
  });

  it('which holds NaN', async () => {
    const { description, state } = await unseal(bytes, 'model', 'it');
    const b = { shape: [10], data: new Float32Array(10).fill(Number.NaN) };
    const spoilt = await seal({ kind: 'model', description, state: { ...state, 'network.2.b': b } });
    await expect(loadModel(spoilt)).rejects.toThrow('the state holds NaN in network.2.b');
  });

  it('which is of another kind or version, or nobody knows whose', async () => {
    const { tensors, metadata } = decodeSafetensors(bytes, 'it');
    const { marblenet: _, ...others } = metadata;
    const foreign = encodeSafetensors({ tensors, metadata: others });
    await expect(loadModel(foreign)).rejects.toThrow('this is a safetensors file, but no model of marblenet');
    const newer = encodeSafetensors({ tensors, metadata: { ...metadata, version: '2' } });
    await expect(loadModel(newer)).rejects.toThrow('this is a model in version 2; this marblenet reads version 1');
    const checkpoint = await seal({ kind: 'checkpoint', description: {}, state: {} });
    await expect(loadModel(checkpoint)).rejects.toThrow('this is a checkpoint, expected a model');
  });

  it('whatever byte is another one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = bytes.slice();
        damaged[at] ^= change;
        await expect(loadModel(damaged)).rejects.toMatchObject(refusal);
      }),
    );
  });

  it('however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await expect(loadModel(bytes.subarray(0, length))).rejects.toMatchObject(refusal);
      }),
    );
  });

  it('with its path, where it was read from a file', async () => {
    const path = await temporaryFile('{}', 'model.safetensors');
    await expect(loadModel(path)).rejects.toThrow(`${path}: found JSON, expected a model`);
    const nowhere = join(await temporaryFolder(), 'nowhere');
    await expect(loadModel(nowhere)).rejects.toThrow(`${nowhere}: expected a model: it does not exist`);
  });

  it('and is not written where nothing can be written', async () => {
    const path = join(await temporaryFile('a file'), 'model.safetensors');
    await expect((await loadModel(bytes)).save(path)).rejects.toMatchObject({
      exitCode: 1,
      message: `${path}: the model cannot be written: a part of the path is a file, not a folder`,
    });
  });
});
