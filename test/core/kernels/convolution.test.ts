import { describe, expect, it } from 'vitest';
import type { ConvolutionShape } from '../../../src/core/kernels/convolution.js';
import { createTextbookKernels } from '../../../src/core/kernels/textbook.js';
import { forEachTap, outputSize, type WindowShape } from '../../../src/core/kernels/windows.js';
import { type Shape, sizeOf, tensor, zeros } from '../../../src/core/tensor.js';

const kernels = createTextbookKernels('float64');
const plain = { stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] } as const;
const counted = (shape: Shape) => ({ shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => i + 1) });
const numbers = ({ data }: { readonly data: ArrayLike<number> }) => Array.from(data);

describe('windows', () => {
  it.each<[Partial<WindowShape>, number, number]>([
    [{}, 3, 2],
    [{ stride: [2, 1] }, 2, 2],
    [{ padding: [1, 1, 1, 1] }, 5, 4],
    [{ padding: [0, 1, 0, 0], dilation: [2, 2] }, 1, 1],
    [{ window: [6, 2] }, 0, 3],
  ])('of 3 x 3 on 5 x 4 pixels, but %o, are %i by %i', (given, OH, OW) => {
    expect(outputSize({ image: [5, 4, 1], window: [3, 3], ...plain, ...given })).toEqual([OH, OW]);
  });

  it('see what lies under them, and no padding', () => {
    const seen: number[][] = [];
    const shape: WindowShape = { ...plain, image: [2, 2, 1], window: [2, 2], padding: [1, 0, 0, 0] };
    forEachTap(shape, (...places) => seen.push(places));
    expect(seen).toEqual([
      [0, 2, 0],
      [0, 3, 1],
      [1, 0, 0],
      [1, 1, 1],
      [1, 2, 2],
      [1, 3, 3],
    ]);
  });
});

describe('convolution', () => {
  it('is what one gets by hand', () => {
    const shape: ConvolutionShape = { ...plain, image: [2, 3, 1], window: [2, 2], filters: 1, groups: 1 };
    const { forward, gradient, inputGradient } = kernels.convolution(shape, 1);
    const x = counted([1, 2, 3, 1]);
    const W = tensor(
      [
        [[[1]], [[10]]],
        [[[100]], [[1000]]],
      ],
      'float64',
    );
    const out = zeros([1, 1, 2, 1], 'float64');
    forward(out, x, W, tensor([0.5], 'float64'));
    expect(numbers(out)).toEqual([5421.5, 6532.5]);

    const dout = { shape: out.shape, data: Float64Array.of(1, 2) };
    const [dW, db, dx] = [zeros(W.shape, 'float64'), zeros([1], 'float64'), zeros(x.shape, 'float64')];
    gradient(dW, db, dout, x);
    expect([numbers(dW), numbers(db)]).toEqual([[5, 8, 14, 17], [3]]);
    inputGradient(dx, dout, W);
    expect(numbers(dx)).toEqual([1, 12, 20, 100, 1200, 2000]);
  });

  it('keeps groups of channels apart', () => {
    const shape: ConvolutionShape = { ...plain, image: [1, 1, 4], window: [1, 1], filters: 2, groups: 2 };
    const out = zeros([1, 1, 1, 2], 'float64');
    kernels.convolution(shape, 1).forward(out, counted([1, 1, 1, 4]), counted([1, 1, 2, 2]), zeros([2], 'float64'));
    expect(numbers(out)).toEqual([1 * 1 + 2 * 3, 3 * 2 + 4 * 4]);
  });
});

describe('pools', () => {
  const shape: WindowShape = { ...plain, image: [3, 3, 1], window: [2, 2], stride: [2, 2], padding: [0, 0, 1, 1] };
  const dout = { shape: [1, 2, 2, 1], data: Float64Array.of(4, 20, 200, 1000) };

  it('take the largest number, the first of equal ones, and give all of the gradient to it', () => {
    const { forward, backward } = kernels.maxPool(shape, 1);
    const [out, dx] = [zeros([1, 2, 2, 1], 'float64'), zeros([1, 3, 3, 1], 'float64')];
    forward(out, { shape: [1, 3, 3, 1], data: Float64Array.of(1, 5, -2, 5, 0, -3, 7, 7, -4) });
    expect(numbers(out)).toEqual([5, -2, 7, -4]);
    backward(dx, dout);
    expect(numbers(dx)).toEqual([0, 4, 20, 0, 0, 0, 200, 0, 1000]);
  });

  it('take the mean of the pixels of a window, and share the gradient', () => {
    const { forward, backward } = kernels.averagePool(shape, 1);
    const [out, dx] = [zeros([1, 2, 2, 1], 'float64'), zeros([1, 3, 3, 1], 'float64')];
    forward(out, counted([1, 3, 3, 1]));
    expect(numbers(out)).toEqual([3, 4.5, 7.5, 9]);
    backward(dx, dout);
    expect(numbers(dx)).toEqual([1, 1, 10, 1, 1, 10, 100, 100, 1000]);
  });
});

describe('batch normalization', () => {
  it('gives each column the mean beta and the deviation gamma', () => {
    const { statistics, forward } = kernels.batchNorm(2, 0);
    const x = tensor(
      [
        [1, 10],
        [3, 10],
        [5, 40],
      ],
      'float64',
    );
    const by = { mean: zeros([2], 'float64'), variance: zeros([2], 'float64') };
    statistics(by, x);
    expect([numbers(by.mean), numbers(by.variance)]).toEqual([
      [3, 20],
      [8 / 3, 200],
    ]);
    const y = zeros([3, 2], 'float64');
    forward(y, x, tensor([1, 2], 'float64'), tensor([0, 1], 'float64'), by);
    expect(numbers(y).map((value) => Number(value.toFixed(3)))).toEqual([-1.225, -0.414, 0, -0.414, 1.225, 3.828]);
  });
});
