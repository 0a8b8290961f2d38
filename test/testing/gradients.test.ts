import { activation, loss, networkStage, noOptions } from 'marblenet';
import { gradientError, lossGradientError } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';

/** y = x², with a derivative that is right or not. */
const square = (derivative: (x: number) => number) =>
  activation({ name: 'square', summary: 'y = x²', formula: () => ({ value: (x) => x * x, derivative }) })();

/** y = a x with the learned number a = 3, and any way back. */
const scaleBy = (gradientOfA: (dy: number, x: number) => number, gradientOfX?: (dy: number) => number) =>
  networkStage({
    name: 'scale',
    summary: 'y = a x',
    options: noOptions,
    example: 'scale',
    build(_, { shape }, { kernels }) {
      const [value, gradient] = [kernels.allocate([1]), kernels.allocate([1])];
      value.data[0] = 3;
      return {
        output: shape,
        parameters: [{ name: 'a', value, gradient }],
        forward: (x) => [
          { shape: x.shape, data: x.data.map((number) => value.data[0] * number) },
          (dy) => {
            gradient.data[0] = Array.from(dy.data, (number, i) => gradientOfA(number, x.data[i])).reduce(
              (a, b) => a + b,
            );
            return gradientOfX && { shape: x.shape, data: dy.data.map(gradientOfX) };
          },
        ],
      };
    },
  })();

/** loss = sum of x, whose gradient is 1 everywhere. */
const sumOf = (slope: number) =>
  loss({
    name: 'sum',
    summary: 'Σ x',
    options: noOptions,
    example: 'sum',
    loss: () => (dx, x) => {
      dx.data.fill(slope);
      return Array.from(x.data).reduce((a, b) => a + b);
    },
  })();

const rows = [
  [1, -2],
  [0.5, 3],
];

describe('gradientError', () => {
  it('is next to nothing where the way back is right', () => {
    expect(
      gradientError(
        square((x) => 2 * x),
        rows,
      ),
    ).toBeLessThan(1e-8);
    expect(
      gradientError(
        scaleBy(
          (dy, x) => dy * x,
          (dy) => 3 * dy,
        ),
        rows,
      ),
    ).toBeLessThan(1e-8);
  });

  it('shows a wrong gradient of the input', () => {
    expect(
      gradientError(
        square((x) => 2.01 * x),
        rows,
      ),
    ).toBeGreaterThan(1e-3);
    expect(
      gradientError(
        square((x) => -2 * x),
        rows,
      ),
    ).toBeGreaterThan(1);
  });

  it('shows a wrong gradient of a parameter', () => {
    expect(
      gradientError(
        scaleBy(
          (dy) => dy,
          (dy) => 3 * dy,
        ),
        rows,
      ),
    ).toBeGreaterThan(0.1);
    expect(
      gradientError(
        scaleBy(
          () => 0,
          (dy) => 3 * dy,
        ),
        rows,
      ),
    ).toBeGreaterThan(0.1);
  });

  it('never takes NaN for right', () => {
    expect(() =>
      gradientError(
        square(() => Number.NaN),
        rows,
      ),
    ).toThrow('square: its pullback gave a gradient of NaN at sample 0');
  });

  it('refuses a way back that gives no gradient of the input', () => {
    expect(() =>
      gradientError(
        scaleBy((dy, x) => dy * x),
        rows,
      ),
    ).toThrow('no gradient for the input');
  });
});

describe('lossGradientError', () => {
  it('is next to nothing where dx is right', () => {
    expect(lossGradientError(sumOf(1), rows, [0, 1])).toBeLessThan(1e-8);
  });

  it('shows a wrong dx', () => {
    expect(lossGradientError(sumOf(0.5), rows, [0, 1])).toBeCloseTo(0.5, 6);
  });

  it('passes on what the stage throws', () => {
    const broken = loss({
      name: 'broken',
      summary: 'fails',
      options: noOptions,
      example: 'broken',
      loss: () => () => {
        throw new Error('cannot judge');
      },
    });
    expect(() => lossGradientError(broken(), rows, [0, 1])).toThrow('cannot judge');
  });
});
