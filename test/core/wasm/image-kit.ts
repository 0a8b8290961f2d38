/** Images for the kernels: of all shapes, in every build of the kernels, beside the textbook's in float64. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Kernels } from '../../../src/core/kernels/kernels.js';
import { createTextbookKernels } from '../../../src/core/kernels/textbook.js';
import { outputSize, type WindowShape } from '../../../src/core/kernels/windows.js';
import { pairVectors } from '../../../src/core/paired-vectors.js';
import { seededRandom } from '../../../src/core/random/random.js';
import { type DType, type Shape, type Tensor, zeros } from '../../../src/core/tensor.js';
import { createWasmKernels } from '../../../src/core/wasm/wasm-kernels.js';
import { allowFasterSimd } from '../../../src/node/simd.js';

const dtypes: readonly DType[] = ['float32', 'float64'];

/** Kernels in either type of floats, and with blocks of each shape: one is allowed after the other, once and for all. */
export const variants: readonly { dtype: DType; blocks: string; wasm: Kernels }[] = [
  ...dtypes.map((dtype) => ({ dtype, blocks: 'without fused multiply-add', wasm: createWasmKernels(dtype) })),
  ...dtypes.map((dtype) => {
    allowFasterSimd();
    return { dtype, blocks: 'with fused multiply-add', wasm: createWasmKernels(dtype) };
  }),
  ...dtypes.map((dtype) => {
    pairVectors();
    return { dtype, blocks: 'for paired vectors', wasm: createWasmKernels(dtype) };
  }),
];

/** What the kernels are compared with: sums in float64, of numbers as the kernels have them. */
export const textbook = createTextbookKernels('float64');

const tolerances = { float32: 1e-5, float64: 1e-13 };

/** Relative to the largest number, if that is above 1. */
export function expectClose(found: Tensor, expected: Tensor, dtype: DType, tolerance = tolerances[dtype]): void {
  let [scale, worst] = [1, 0];
  const [wanted, seen] = [expected.data, found.data];
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === seen[i]) continue; // also -infinity, of a window that lies on the padding
    scale = Math.max(scale, Math.abs(wanted[i]));
    worst = Math.max(worst, Math.abs(wanted[i] - seen[i])); // NaN stays NaN, and is not small
  }
  expect(worst / scale).toBeLessThanOrEqual(tolerance);
}

/** Numbers around 0, for the kernels and for the textbook: the same, rounded to the kernels' type. */
export function made(kernels: Kernels, shape: Shape, seed: number): { own: Tensor; exact: Tensor } {
  const [own, exact] = [kernels.allocate(shape), zeros(shape, 'float64')];
  const random = seededRandom(seed).stream('numbers');
  for (let i = 0; i < own.data.length; i++) own.data[i] = random.normal();
  exact.data.set(own.data);
  return { own, exact };
}

/** An output, which is overwritten whatever it held. */
export function output(kernels: Kernels, shape: Shape): { own: Tensor; exact: Tensor } {
  const [own, exact] = [kernels.allocate(shape), zeros(shape, 'float64')];
  own.data.fill(Number.NaN);
  return { own, exact };
}

const pair = (most: number) => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));
const side = fc.nat({ max: 3 });

/** Windows that fit into their image, with its padding, at least once. */
export const windowShapes = (channels: fc.Arbitrary<number>): fc.Arbitrary<WindowShape> =>
  fc
    .record({
      image: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), channels),
      window: pair(5),
      stride: pair(3),
      dilation: pair(2),
      padding: fc.tuple(side, side, side, side),
    })
    .filter((shape) => outputSize(shape).every((length) => length > 0));
