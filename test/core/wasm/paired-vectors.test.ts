/** Kernels have other inner loops where V8 makes one vector of two: they must compute the same bits, whatever V8 makes. */
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../../src/core/kernels/kernels.js';
import { pairVectors } from '../../../src/core/paired-vectors.js';
import type { DType, Shape, Tensor } from '../../../src/core/tensor.js';
import { createWasmKernels } from '../../../src/core/wasm/wasm-kernels.js';
import { allowFasterSimd } from '../../../src/node/simd.js';

const dtypes: readonly DType[] = ['float32', 'float64'];

allowFasterSimd();
const fused = dtypes.map((dtype) => createWasmKernels(dtype));
pairVectors();
const paired = dtypes.map((dtype) => createWasmKernels(dtype));

function filled(kernels: Kernels, shape: Shape, seed: number): Tensor {
  const tensor = kernels.allocate(shape);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = Math.sin(seed + i);
  return tensor;
}

/** All numbers of a dense layer, forward and back. */
function denseLayer(kernels: Kernels, [B, D, H]: readonly [number, number, number]) {
  const [x, W, b] = [filled(kernels, [B, D], 1), filled(kernels, [D, H], 2), filled(kernels, [H], 3)];
  const [y, dW, db, dx] = [[B, H], [D, H], [H], [B, D]].map((shape) => kernels.allocate(shape));
  for (const { data } of [y, dW, db, dx]) data.fill(Number.NaN);
  kernels.dense(y, x, W, b);
  kernels.denseGradient(dW, db, y, x);
  kernels.denseInputGradient(dx, y, W);
  return [y, dW, db, dx].map(({ data }) => [...data]);
}

function convolution(kernels: Kernels, C: number, K: number) {
  const shape = {
    image: [8, 6, C],
    window: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    filters: K,
    groups: 1,
  } as const;
  const [x, W, b] = [filled(kernels, [3, 8, 6, C], 1), filled(kernels, [3, 3, C, K], 2), filled(kernels, [K], 3)];
  const [y, dW, db, dx] = [[3, 8, 6, K], W.shape, [K], x.shape].map((each) => kernels.allocate(each));
  const products = kernels.convolution(shape, 3);
  products.forward(y, x, W, b);
  products.gradient(dW, db, y, x);
  products.inputGradient(dx, y, W);
  return [y, dW, db, dx].map(({ data }) => [...data]);
}

describe.each(dtypes.map((dtype, i) => ({ dtype, fused: fused[i], paired: paired[i] })))(
  'in $dtype, with pairs as without',
  (kernels) => {
    it.each([1, 2, 3, 4, 5, 7, 8, 10, 15, 16, 17, 28, 30, 33, 48, 50, 52, 64, 86, 100, 130])(
      'dense layers of %i units',
      (H) => {
        // rows that blocks divide, and that they do not; and so many inputs that they are packed in bands
        for (const [B, D] of [
          [8, 5],
          [7, 13],
          [1, 30],
          [29, 40],
          [3, 1100],
        ] as const) {
          expect(denseLayer(kernels.paired, [B, D, H])).toEqual(denseLayer(kernels.fused, [B, D, H]));
        }
      },
    );

    it.each([
      [1, 30],
      [3, 5],
      [6, 17],
      [20, 50],
      [32, 48],
    ])('convolutions of %i channels by %i filters', (C, K) => {
      expect(convolution(kernels.paired, C, K)).toEqual(convolution(kernels.fused, C, K));
    });
  },
);
