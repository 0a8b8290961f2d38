import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numericalGradient } from '../../../src/core/inspect/numerical-gradient.js';
import { type Tensor, tensor } from '../../../src/core/tensor.js';

const sumOf =
  (f: (x: number) => number) =>
  ({ data }: Tensor): number =>
    Array.from(data, f).reduce((a, b) => a + b);

describe('numericalGradient', () => {
  it('of the sum of squares is 2x', () => {
    const x = tensor(
      [
        [3, 4],
        [0, -2],
      ],
      'float64',
    );
    const gradient = numericalGradient(
      sumOf((value) => value * value),
      x,
    );
    expect(gradient.shape).toEqual([2, 2]);
    for (const [i, slope] of [6, 8, 0, -4].entries()) expect(gradient.data[i]).toBeCloseTo(slope, 8);
  });

  it('moves one number at a time', () => {
    const seen: number[][] = [];
    numericalGradient(
      ({ data }) => {
        seen.push([...data]);
        return 0;
      },
      tensor([1, 10], 'float64'),
      0.5,
    );
    expect(seen).toEqual([
      [1.5, 10],
      [0.5, 10],
      [1, 10.5],
      [1, 9.5],
    ]);
  });

  it('puts back what was there, to the bit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (numbers) => {
        const x = tensor(numbers, 'float64');
        numericalGradient(() => 1, x);
        expect([...x.data]).toEqual(numbers);
      }),
    );
  });

  it('has an error of the order h²: a tenth of h, a hundredth of the error', () => {
    const errorWith = (h: number) => {
      const cube = sumOf((value) => value ** 3);
      return Math.abs(numericalGradient(cube, tensor([1], 'float64'), h).data[0] - 3);
    };
    expect(errorWith(0.1)).toBeCloseTo(0.01, 10); // ((1 + h)³ - (1 - h)³) / 2h = 3 + h²
    expect(errorWith(0.01)).toBeCloseTo(0.0001, 10);
  });

  it('averages both sides of a corner', () => {
    expect(numericalGradient(sumOf(Math.abs), tensor([0], 'float64')).data[0]).toBe(0);
    const relu = sumOf((value) => Math.max(0, value));
    expect(numericalGradient(relu, tensor([0], 'float64')).data[0]).toBeCloseTo(0.5, 12);
  });

  it('is float64 for a float32 x', () => {
    expect(numericalGradient(() => 0, tensor([1, 2])).data).toEqual(new Float64Array(2));
  });
});
