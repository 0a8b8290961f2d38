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

/** Large enough for every kernel to be shared. */
const train = (threads: number, dtype: 'float32' | 'float64') =>
  runPipeline({
    seed: 3,
    epochs: 2,
    dtype,
    threads,
    data: [digits({ train: 900, test: 200 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
    network: [dense({ units: 300 }), relu(), dense({ units: 10 })],
    train: [shuffleBatch({ size: 100 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
    test: [batch({ size: 200 }), forward(), softmaxCrossEntropy(), accuracy()],
  });

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  test('the results do not depend on the number of threads, bit for bit', async () => {
    const alone = await train(1, dtype);
    for (const threads of [2, 3]) expect((await train(threads, dtype)).weights).toBe(alone.weights);
  });
});

test('predicts after its helpers have gone home', async () => {
  const { network } = await train(2, 'float32');
  const features = new Uint8Array(784).fill(9);
  const first = await network.predict(features);
  const again = await network.predict(features);
  expect(again.outputs.data).toEqual(first.outputs.data);
});
