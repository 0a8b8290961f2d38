import { describe, expect, test } from 'vitest';
import {
  accuracy,
  backward,
  batch,
  dense,
  digits,
  forward,
  normalize,
  oneHot,
  relu,
  runPipeline,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../src/index.js';

const train = (threads: number, dtype: 'float32' | 'float64', units: number) =>
  runPipeline({
    seed: 3,
    epochs: 2,
    dtype,
    threads,
    data: [digits({ train: 900, test: 200 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
    network: [dense({ units }), relu(), dense({ units: 10 })],
    train: [shuffleBatch({ size: 100 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
    test: [batch({ size: 200 }), forward(), softmaxCrossEntropy(), accuracy()],
  });

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  // large enough for every kernel to be shared; and so small that gradients are taken from rows
  test.each([300, 28])('the results do not depend on the number of threads, bit for bit: %i units', async (units) => {
    const alone = await train(1, dtype, units);
    for (const threads of [2, 3]) expect((await train(threads, dtype, units)).weights).toBe(alone.weights);
  });
});

test('predicts after its helpers have gone home', async () => {
  const { network } = await train(2, 'float32', 300);
  const features = new Uint8Array(784).fill(9);
  const first = await network.predict(features);
  const again = await network.predict(features);
  expect(again.outputs.data).toEqual(first.outputs.data);
});
