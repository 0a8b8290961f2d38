import { memory, NotKnownError, PipelineError, runPipeline } from 'marblenet';
import { marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import * as stages from '../../../src/stages/index.js';
import { contextWith } from '../context.js';
import { readSource, refusalOf } from '../read-source.js';

const xor = {
  features: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  labels: [0, 1, 1, 0],
};

describe('memory', () => {
  it('gives what it was given', () => {
    marbles(({ cold, expectObservable }) => {
      const source = memory({ ...xor, test: { features: [[1, 0]], labels: [1] } });
      const splits = cold('                   -a-b-|', { a: 'train', b: 'test' } as const);
      expectObservable(splits.pipe(source)).toBe('-c-d-|', {
        c: { split: 'train', shape: [2], features: [0, 0, 0, 1, 1, 0, 1, 1], labels: [0, 1, 1, 0] },
        d: { split: 'test', features: [1, 0], labels: [1] },
      });
    });
  });

  it('says beforehand what there is', () => {
    const { output } = memory(xor).build({ kind: 'split' }, contextWith());
    expect(output).toMatchObject({ shape: [2], counts: { train: 4 }, labels: { classes: 2 }, features: 'floats' });
  });

  it('takes names of classes, in order, and a test with the same names', async () => {
    const source = memory({
      features: [[1], [2], [3]],
      labels: ['dog', 'cat', 'dog'],
      test: { features: [[4]], labels: ['dog'] },
    });
    const [train, test] = await readSource(source, 'train', 'test');
    expect(train).toMatchObject({ classNames: ['cat', 'dog'], labels: Int32Array.of(1, 0, 1) });
    expect(test).toMatchObject({ classNames: ['cat', 'dog'], labels: Int32Array.of(1) });
  });

  it('keeps bytes as bytes, and pictures as pictures', async () => {
    const bytes = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
    const [rows] = await readSource(memory({ features: bytes, labels: [0, 1] }), 'train');
    expect(rows).toMatchObject({ shape: [2], features: Uint8Array.of(1, 2, 3, 4) });
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    const [pictures] = await readSource(memory({ features: { shape: [2, 2, 3], data }, labels: [0, 1] }), 'train');
    expect(pictures).toMatchObject({ shape: [2, 3], features: data });
    const nested = [
      [
        [1, 2],
        [3, 4],
      ],
    ];
    const [picture] = await readSource(memory({ features: nested, labels: [0] }), 'train');
    expect(picture).toMatchObject({ shape: [2, 2], features: Float64Array.of(1, 2, 3, 4) });
  });

  it('takes real numbers to say, one or several a sample, and weights', async () => {
    const [one] = await readSource(memory({ features: [[1], [2]], targets: [5, 6], weights: [1, 0.5] }), 'train');
    expect(one).toMatchObject({
      targets: { shape: [2, 1], data: Float64Array.of(5, 6) },
      weights: Float64Array.of(1, 0.5),
    });
    const [two] = await readSource(
      memory({
        features: [[1], [2]],
        targets: [
          [5, 6],
          [7, 8],
        ],
      }),
      'train',
    );
    expect(two.targets).toEqual({ shape: [2, 2], data: Float64Array.of(5, 6, 7, 8) });
  });

  it('takes samples one after another, also from far away', async () => {
    async function* samples() {
      yield { features: [1, 2], label: 'cat', weight: 2 };
      await new Promise((resolve) => setImmediate(resolve));
      yield { features: Float32Array.of(3, 4), label: 'ape', weight: 1 };
    }
    const [examples] = await readSource(memory({ samples: samples() }), 'train');
    expect(examples).toMatchObject({
      shape: [2],
      features: Float64Array.of(1, 2, 3, 4),
      labels: Int32Array.of(1, 0),
      classNames: ['ape', 'cat'],
      weights: Float64Array.of(2, 1),
    });
    expect(() => memory({ samples: samples() }).build({ kind: 'split' }, contextWith())).toThrow(NotKnownError);
  });

  it('learns xor from four rows in the program', async () => {
    const { shuffleBatch, forward, softmaxCrossEntropy, backward, adam, batch, accuracy, oneHot, dense, tanh } = stages;
    const { test } = await runPipeline({
      name: 'xor',
      seed: 1,
      epochs: 300,
      data: [memory({ ...xor, test: xor }), oneHot()],
      network: [dense({ units: 8 }), tanh(), dense({ units: 2 })],
      train: [shuffleBatch({ size: 4 }), forward(), softmaxCrossEntropy(), backward(), adam({ learningRate: 0.05 })],
      test: [batch({ size: 4 }), forward(), softmaxCrossEntropy(), accuracy()],
    });
    expect(test?.accuracy).toBe(1);
  });

  it.each<[string, Parameters<typeof memory>[0], string]>([
    ['nothing', {}, 'memory needs features, or samples'],
    ['no samples', { features: [], labels: [] }, 'memory: features: there are no samples'],
    [
      'rows of other lengths',
      { features: [[1, 2], [3]], labels: [0, 1] },
      'memory: features: found 1 numbers or rows in sample 1, expected numbers of the shape [2], as in the first',
    ],
    ['a word', { features: [[1], ['a' as never]], labels: [0, 1] }, 'memory: features: found a text in sample 1'],
    [
      'objects with names',
      { features: [{ a: 1 } as never], labels: [0] },
      'memory: features: found an object in sample 0, expected numbers; rows of values with names come in by the source records',
    ],
    [
      'too few labels',
      { features: [[1], [2]], labels: [0] },
      'memory: labels: found 1, expected 2, as there are samples',
    ],
    [
      'a label below 0',
      { features: [[1]], labels: [-1] },
      'memory: labels: found -1 for sample 0, expected a class, 0 to 2147483646',
    ],
    [
      'a label beyond 32 bits, which would come round to 1',
      { ...xor, labels: [0, 2 ** 32 + 1, 1, 0] },
      'memory: labels: found 4294967297 for sample 1, expected a class, 0 to 2147483646',
    ],
    [
      'one in an array of floats, which would come round to 0',
      { ...xor, labels: Float64Array.of(0, 1, 1, 2 ** 32) },
      'memory: labels: found 4294967296 for sample 3, expected a class',
    ],
    [
      'one of an iterable',
      { samples: [{ features: [1], label: 2 ** 31 }] },
      'memory: labels: found 2147483648 for sample 0, expected a class',
    ],
    [
      'a shape of other numbers',
      { features: { shape: [2, 3], data: [1, 2] }, labels: [0, 1] },
      'memory: features: found [2, 3] and 2 numbers, expected a shape',
    ],
    ['labels and targets', { features: [[1]], labels: [0], targets: [1] }, 'memory has labels and targets'],
    [
      'a sample without features',
      { samples: [{} as never] },
      'memory: train: samples: found an object for sample 0, expected { features, label }',
    ],
  ])('refuses %s', async (_, options, problem) => {
    expect(await refusalOf(readSource(memory(options), 'train'))).toContain(problem);
  });

  it('refuses a test of another form, and one that is not there', async () => {
    const train = { features: [[1], [2]], labels: ['cat', 'dog'] };
    const read = (test?: { features: number[][]; labels: string[] }) =>
      readSource(memory({ ...train, ...(test && { test }) }), 'train', 'test');
    expect(await refusalOf(read({ features: [[1]], labels: ['cow'] }))).toBe(
      'memory: test: labels: found "cow" for sample 0, expected one of cat, dog',
    );
    expect(await refusalOf(read({ features: [[1, 2]], labels: ['cat'] }))).toContain('expected [1], as in train');
    expect(await refusalOf(read())).toContain('memory has no samples for test:; give it test: { features, labels }');
  });

  it('refuses an option that it does not have', () => {
    expect(() => memory({ labels: [], feature: [] } as never)).toThrow(PipelineError);
  });
});
