/** dW = xᵀ dout, computed when it is read, or never. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextbookKernels } from '../../../src/core/kernels/textbook.js';
import { copyOf, type Tensor, zeros } from '../../../src/core/tensor.js';
import { DeferredGradient } from '../../../src/core/wasm/deferred-gradient.js';
import { dtypes, pictures, sparseKit } from './sparse-kit.js';

const tolerance = { float32: 1e-5, float64: 1e-13 };
const RATE = 0.1;

describe.each(dtypes)('a deferred gradient in %s', (dtype) => {
  const { wasm, sparse, tiled, tensor, normal } = sparseKit(dtype);
  const textbook = createTextbookKernels(dtype);

  const expectClose = ({ data }: Tensor, expected: Tensor) => {
    let [scale, worst] = [1, 0];
    for (const [i, value] of expected.data.entries()) {
      scale = Math.max(scale, Math.abs(value));
      worst = Math.max(worst, Math.abs(value - data[i])); // NaN stays NaN, and is not small
    }
    expect(worst / scale).toBeLessThanOrEqual(tolerance[dtype]);
  };

  /** A sparse batch x[B, D], dout[B, H], the gradient that is to be deferred, and the same by the textbook. */
  const problemOf = (B: number, D: number, H: number, seed = 1) => {
    const [x, dout, dW] = [tensor(B, D), normal(seed, B, H), tensor(D, H)];
    const features = pictures(B * D, 0.2, seed);
    const read = () =>
      sparse.read(
        x,
        features,
        Int32Array.from({ length: B }, (_, b) => b),
        255,
      );
    read();
    const expected = zeros([D, H], dtype);
    textbook.denseGradient(expected, zeros([H], dtype), dout, copyOf(x));
    read();
    dW.data.fill(Number.NaN);
    return { x, dout, dW, expected, gradient: new DeferredGradient(dW, wasm, tiled, sparse) };
  };

  // few tiles and many; transposed by threads, by the prefetch, and not at all
  const width = fc.constantFrom(1, 5, 28, 29, 51, 60, 86, 120, 200, 320);
  const size = fc.integer({ min: 1, max: 50 });
  const sizes: [B: number, D: number, H: number][] = [
    [100, 784, 50],
    [100, 784, 800],
    [200, 784, 51],
    [60, 3000, 50],
    [1, 784, 50],
  ];

  const expectBoth = (B: number, D: number, H: number) => {
    const { x, dout, dW, expected, gradient } = problemOf(B, D, H);
    // an x of few numbers may have no zeros
    if (!gradient.defer(dout, x)) {
      expect(sparse.csrOf(x)).toBeUndefined();
      return;
    }
    const W = normal(3, D, H);
    const stepped = copyOf(W);
    textbook.descend(stepped, expected, RATE);
    gradient.descend(W, RATE);
    expect(gradient.isDeferred).toBe(true); // the step did without it
    expectClose(W, stepped);
    expect(gradient.isDeferred).toBe(true);
    expectClose(dW, expected);
    expect(gradient.isDeferred).toBe(false);
  };

  it('is xᵀ dout when it is read, and when descent steps against it unread', () => {
    fc.assert(fc.property(size, size, width, expectBoth));
  });

  it.each(sizes)('is right for %i rows, %i inputs and %i units', expectBoth);

  it('is not deferred, nor touched, where x is dense', () => {
    const { dout, dW, gradient } = problemOf(4, 6, 5);
    const dense = normal(1, 4, 6);
    expect(gradient.defer(dout, dense)).toBe(false);
    expect(gradient.isDeferred).toBe(false);
    expect(dW.pending).toBeUndefined();
    expect(dW.data.every(Number.isNaN)).toBe(true);
  });

  it.each([5, 51, 320])('is that of the last batch, whether those before were read or not: %i units', (H) => {
    const { dW, gradient } = problemOf(30, 784, H);
    for (const [seed, look] of [
      [2, false],
      [3, true],
      [4, false],
      [5, false],
    ] as const) {
      const { x, dout, expected } = problemOf(30, 784, H, seed);
      expect(gradient.defer(dout, x)).toBe(true);
      if (look) expectClose(dW, expected);
      else {
        const [W, stepped] = [normal(6, 784, H), normal(6, 784, H)];
        textbook.descend(stepped, expected, RATE);
        gradient.descend(W, RATE);
        expectClose(W, stepped);
      }
    }
    expect(gradient.isDeferred).toBe(true);
  });

  it.each([5, 320])('is no longer deferred once a kernel has overwritten it: %i units', (H) => {
    const { x, dout, dW, gradient } = problemOf(30, 784, H);
    gradient.defer(dout, x);
    dW.pending = undefined;
    expect(gradient.isDeferred).toBe(false);
    expect(dW.data.every(Number.isNaN)).toBe(true);
  });
});
