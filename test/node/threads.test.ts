import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { clock } from '../../src/core/clock.js';
import { createKernels } from '../../src/core/create-kernels.js';
import type { Kernels } from '../../src/core/kernels/kernels.js';
import type { Tensor } from '../../src/core/tensor.js';
import {
  accuracy,
  affine,
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
import { threads as pool } from '../../src/node/threads.js';

type Augmentations = readonly ReturnType<typeof affine>[];

const train = (threads: number, dtype: 'float32' | 'float64', units: number, ...distortions: Augmentations) =>
  runPipeline({
    seed: 3,
    epochs: 2,
    dtype,
    threads,
    data: [digits({ train: 900, test: 200 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
    network: [dense({ units }), relu(), dense({ units: 10 })],
    train: [
      shuffleBatch({ size: 100 }),
      ...distortions,
      forward(),
      softmaxCrossEntropy(),
      backward(),
      sgd({ learningRate: 0.1 }),
    ],
    test: [batch({ size: 200 }), forward(), softmaxCrossEntropy(), accuracy()],
  });

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  // large enough for every kernel to be shared; so small that lists are turned by halves; and that nobody turns them
  test.each([300, 50, 28])(
    'the results do not depend on the number of threads, bit for bit: %i units',
    async (units) => {
      const alone = await train(1, dtype, units);
      for (const threads of [2, 3]) expect((await train(threads, dtype, units)).weights).toBe(alone.weights);
    },
  );

  test('nor do they of distorted digits, whose nonzeros are floats', async () => {
    const distorted = (threads: number) => train(threads, dtype, 300, affine({ rotate: 10, shift: 1 }));
    const alone = await distorted(1);
    for (const threads of [2, 3]) expect((await distorted(threads)).weights).toBe(alone.weights);
  });
});

test('predicts after its workers were stopped', async () => {
  const { network } = await train(2, 'float32', 300);
  const features = new Uint8Array(784).fill(9);
  const first = await network.predict(features);
  const again = await network.predict(features);
  expect(again.outputs.data).toEqual(first.outputs.data);
});

describe('a step against a gradient is left to workers, and done before', () => {
  const [B, D, H] = [200, 144, 88];
  const features = Uint8Array.from({ length: 8 * B * D }, (_, i) => ((i * 7919) % 1000 < 400 ? 1 + (i % 255) : 0));
  const rowsOf = (step: number) => Int32Array.from({ length: B }, (_, b) => (step % 8) * B + b);

  type Layer = Readonly<Record<'x' | 'W' | 'V' | 'b' | 'out', Tensor>>;

  /** The weights after many steps, each followed by something: so few of them that whatever follows is not shared itself. */
  async function weightsAfter(
    count: number,
    followUp: (kernels: Kernels, layer: Layer, step: number) => void,
    adaptive = false,
  ) {
    const kernels = createKernels('float32', 'wasm', { count, adaptive, start: pool.start });
    const { stop } = kernels.startThreads();
    const sizes = { x: [B, D], W: [D, H], V: [D, H], b: [H], out: [B, H], dout: [B, H], dW: [D, H], db: [H] };
    const [x, W, V, b, out, dout, dW, db] = Object.values(sizes).map((shape) => kernels.allocate(shape));
    for (const { data } of [W, V]) for (let i = 0; i < data.length; i++) data[i] = Math.sin(i);
    if (count > 1) await setTimeout(100); // until workers are there
    for (let step = 0; step < 1000; step++) {
      kernels.gather(x, features, rowsOf(step), { mean: 0, std: 255 });
      kernels.dense(dout, x, W, b);
      kernels.denseGradient(dW, db, dout, x);
      kernels.descend(W, dW, 1e-5);
      followUp(kernels, { x, W, V, b, out }, step);
    }
    stop();
    return [...W.data];
  }

  test.each<[string, Parameters<typeof weightsAfter>[1]]>([
    ['the weights are scaled', (kernels, { W }) => kernels.scale(W, 0.999)],
    ['the weights are looked at', (_, { W }, step) => W.data.set([step], step)],
    ['other weights are multiplied with', (kernels, { out, x, V, b }) => kernels.dense(out, x, V, b)],
    [
      'other images are read',
      (kernels, { x }, step) => {
        for (let more = 1; more < 6; more++) {
          kernels.prefetch(x, features, rowsOf(step + more), { mean: 0, std: 255 });
          kernels.gather(x, features, rowsOf(step + more), { mean: 0, std: 255 });
        }
      },
    ],
    ['workers are stopped', () => {}],
  ])('%s', async (_, followUp) => {
    expect(await weightsAfter(2, followUp)).toEqual(await weightsAfter(1, followUp));
  });

  test('workers come and go between steps', async () => {
    const notBetweenSteps = () => {};
    const expected = await weightsAfter(1, notBetweenSteps);
    let time = 0;
    const watch = vi.spyOn(clock, 'now').mockImplementation(() => {
      time += 10;
      return time;
    });
    expect(await weightsAfter(2, notBetweenSteps, true)).toEqual(expected);
    expect(time).toBeGreaterThan(5_000); // so there were trials of steps without workers
    watch.mockRestore();
  });
});
