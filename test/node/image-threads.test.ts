/** Convolutions, pools, normalization and distortions on several threads: the same bits as on one. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createKernels } from '../../src/core/create-kernels.js';
import type { ConvolutionShape } from '../../src/core/kernels/convolution.js';
import type { Kernels } from '../../src/core/kernels/kernels.js';
import { outputSize, type WindowShape } from '../../src/core/kernels/windows.js';
import type { DType, Shape, Tensor } from '../../src/core/tensor.js';
import { threads as pool } from '../../src/node/threads.js';

const B = 17;

const convolutions: Readonly<Record<string, ConvolutionShape>> = {
  'with padding': { image: [14, 14, 6], window: [5, 5], filters: 30, groups: 1, ...by(1, 2) },
  'without padding': { image: [12, 12, 20], window: [5, 5], filters: 50, groups: 1, ...by(1, 0) },
  'with so many weights that these are cut': {
    image: [5, 5, 64],
    window: [3, 3],
    filters: 130,
    groups: 1,
    ...by(1, 1),
  },
  'by transforms': { image: [14, 14, 32], window: [3, 3], filters: 48, groups: 1, ...by(1, 1) },
  'with strides, in groups': { image: [15, 15, 6], window: [3, 3], filters: 12, groups: 3, ...by(2, 1) },
  'of each channel by itself': { image: [15, 15, 30], window: [3, 3], filters: 30, groups: 30, ...by(1, 1) },
};

function by(stride: number, padding: number): Pick<WindowShape, 'stride' | 'dilation' | 'padding'> {
  return { stride: [stride, stride], dilation: [1, 1], padding: [padding, padding, padding, padding] };
}

const filled = (kernels: Kernels, shape: Shape): Tensor => {
  const tensor = kernels.allocate(shape);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = Math.sin(i);
  return tensor;
};

/** All numbers that a convolution, pools and a normalization behind it compute, again and again. */
async function results(shape: ConvolutionShape, dtype: DType, count: number, when: 'planned before' | 'planned after') {
  const kernels = createKernels(dtype, 'wasm', { count, start: pool.start });
  const started = when === 'planned after' ? kernels.startThreads() : undefined;
  const [H, W, C] = shape.image;
  const K = shape.filters;
  const pixels: WindowShape['image'] = [...outputSize(shape), K];
  const convolution = kernels.convolution(shape, B);
  const pools = (['maxPool', 'averagePool'] as const).map((name) =>
    kernels[name]({ image: pixels, window: [3, 3], ...by(2, 0) }, B),
  );
  const norm = kernels.batchNorm(K, 1e-5);
  const { stop } = started ?? kernels.startThreads();
  const [x, dx] = [filled(kernels, [B, H, W, C]), kernels.allocate([B, H, W, C])];
  const weights = [...shape.window, C / shape.groups, K];
  const [w, dW, b, db] = [weights, weights, [K], [K]].map((each) => filled(kernels, each));
  const [y, dy, mean, variance] = [[B, ...pixels], [B, ...pixels], [K], [K]].map((each) => kernels.allocate(each));
  const pooled = kernels.allocate([B, Math.floor((pixels[0] - 3) / 2) + 1, Math.floor((pixels[1] - 3) / 2) + 1, K]);
  if (count > 1) await setTimeout(100); // until workers are there
  const found: number[] = [];
  for (let step = 0; step < 5; step++) {
    convolution.forward(y, x, w, b);
    convolution.gradient(dW, db, y, x);
    convolution.inputGradient(dx, y, w);
    found.push(sum(y), sum(dW), sum(db), sum(dx));
    norm.statistics({ mean, variance }, y);
    norm.forward(dy, y, b, b, { mean, variance });
    norm.backward(y, dW, db, dy, y, b, { mean, variance });
    found.push(sum(mean), sum(variance), sum(dy), sum(y));
    for (const each of pools) {
      each.forward(pooled, y);
      each.backward(dy, pooled);
      found.push(sum(pooled), sum(dy));
    }
    kernels.descend(w, dW, 1e-5);
  }
  stop();
  return found;
}

/** Differs where any bit of any number does, nearly always. */
function sum({ data }: Tensor): number {
  const words = new Uint32Array(data.slice().buffer);
  let hash = 0;
  for (const word of words) hash = (Math.imul(hash, 31) + word) | 0;
  return hash;
}

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  test.each(Object.entries(convolutions))('a convolution %s', async (_, shape) => {
    const alone = await results(shape, dtype, 1, 'planned before');
    expect(new Set(alone).size).toBeGreaterThan(40);
    for (const count of [2, 3]) expect(await results(shape, dtype, count, 'planned before')).toEqual(alone);
  });
});

/** All numbers of two distortions, the second of what the first gave, one batch ahead of a product. */
async function distortedAhead(count: number, ahead: boolean): Promise<number[]> {
  const kernels = createKernels('float32', 'wasm', { count, start: pool.start });
  const image = [28, 28, 1] as const;
  const warp = kernels.distortion({ kind: 'warp', image, fill: 0, elastic: { sigma: 4, alpha: 34 } }, B);
  const noise = kernels.distortion({ kind: 'noise', std: 0.1 }, B);
  const { stop } = kernels.startThreads();
  if (count > 1) await setTimeout(100); // until workers are there
  const buffers = () => [0, 1].map(() => kernels.allocate([B, ...image]));
  const [x, warped, noisy] = [filled(kernels, [B, ...image]), buffers(), buffers()];
  const [W, b, out] = [[784, 130], [130], [B, 130]].map((shape) => filled(kernels, shape));
  const next = (step: number) => {
    const key = (row: number) => 1000 * step + row;
    const rows = Array.from({ length: B }, (_, row) => row);
    const maps = rows.flatMap((row) => [1, 0.1, -1, -0.1, 1, 1, key(row)]);
    warp.run(warped[step % 2], x, Float64Array.from(maps), ahead);
    noise.run(noisy[step % 2], warped[step % 2], Float64Array.from(rows, key), ahead);
  };
  const found: number[] = [];
  next(0);
  for (let step = 0; step < 20; step++) {
    const now = noisy[step % 2];
    found.push(sum(now));
    next(step + 1);
    kernels.dense(out, now, W, b);
    kernels.denseGradient(W, b, out, now);
    found.push(sum(out), sum(W));
    W.data.set(W.data.map((_, i) => Math.sin(i)));
  }
  stop();
  return found;
}

test('distortions one batch ahead, beside products', async () => {
  const alone = await distortedAhead(1, false);
  expect(new Set(alone).size).toBeGreaterThan(50);
  for (const count of [1, 2, 3]) expect(await distortedAhead(count, true)).toEqual(alone);
});

test('images that are too large for the panels of workers that have started are computed without them', async () => {
  const shape: ConvolutionShape = { image: [80, 80, 16], window: [3, 3], filters: 4, groups: 1, ...by(1, 1) };
  const alone = await results(shape, 'float32', 1, 'planned before');
  expect(await results(shape, 'float32', 2, 'planned after')).toEqual(alone);
});
