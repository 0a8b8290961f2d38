import { activation, loss, networkStage, noOptions, relu, softmaxCrossEntropy } from 'marblenet';
import { batchOf, examplesOf, gradientError, lossGradientError } from 'marblenet/testing';
import { tap } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';

/** y = x², with a derivative that is right or not. */
const square = (derivative: (x: number) => number) =>
  activation({ name: 'square', summary: 'y = x²', formula: () => ({ value: (x) => x * x, derivative }) })();

/** y = a x with the learned number a = 3, and any way back. */
const scaleBy = (gradientOfA: (dy: number, x: number) => number, gradientOfX?: (dy: number, a: number) => number) =>
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
            return gradientOfX && { shape: x.shape, data: dy.data.map((number) => gradientOfX(number, value.data[0])) };
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
          (dy, a) => a * dy,
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
          (dy, a) => a * dy,
        ),
        rows,
      ),
    ).toBeGreaterThan(0.1);
    expect(
      gradientError(
        scaleBy(
          () => 0,
          (dy, a) => a * dy,
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
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(lossGradientError(sumOf(1), rows, [0, 1])).toBeLessThan(1e-8);
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^lossGradientError: sum: the loss of 2 samples is 2\.5, of each of them twice 5: it is no mean/,
        ),
      ],
    ]);
    warn.mockClear();
    expect(lossGradientError(softmaxCrossEntropy(), rows, [0, 1])).toBeLessThan(1e-8);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
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

describe('what is given is looked at first', () => {
  const layer = square((x) => 2 * x);
  const judge = sumOf(1);
  it.each<[string, () => unknown, string]>([
    [
      'no rows',
      () => gradientError(layer, []),
      'gradientError: expected rows of numbers, as [[1, 2], [3, 4]], found none',
    ],
    ['an empty row', () => gradientError(layer, [[]]), 'found none in row 0'],
    ['numbers', () => gradientError(layer, [1, 2]), 'found 1 for row 0'],
    ['texts', () => gradientError(layer, [['a']] as never), 'found the text "a" in row 0'],
    ['nothing', () => gradientError(layer, undefined as never), '[[1, 2], [3, 4]], found nothing'],
    ['no stage', () => gradientError(undefined as never, rows), 'expected a network stage, as relu(), found nothing'],
    [
      'the function that makes a stage',
      () => gradientError(relu as never, rows),
      'expected a network stage, as relu(), found the function that makes one; call it, relu()',
    ],
    ['a loss', () => gradientError(judge as never, rows), 'found sum, which makes step of batch'],
    ['a layer', () => lossGradientError(layer as never, rows, [0, 1]), 'found square, which makes batch of batch'],
    [
      'an operator that is no layer',
      () => gradientError(tap(), rows),
      'the stage puts no pullback on the tape, so it has no gradient',
    ],
    ['no rows for a loss', () => lossGradientError(judge, [], []), 'lossGradientError: expected rows of numbers'],
    [
      'too few labels',
      () => lossGradientError(judge, rows, [1]),
      'lossGradientError: expected a label, or a row of targets, for each of 2 rows, found 1',
    ],
    ['no labels', () => lossGradientError(judge, rows, undefined as never), 'for each of 2 rows, found nothing'],
    ['a label and a row', () => lossGradientError(judge, rows, [0, [1, 2]] as never), 'found some of both, or others'],
    ['a label without a column', () => lossGradientError(judge, rows, [0, 2]), 'expected labels from 0 to 1, found 2'],
    ['a batch of no rows', () => batchOf([]), 'batchOf: expected rows of numbers, as [[1, 2], [3, 4]], found none'],
    ['a batch with too many labels', () => batchOf(rows, { labels: [0, 1, 1] }), 'for each of 2 rows, found 3'],
    ['examples of no rows', () => examplesOf([]), 'examplesOf: expected rows of numbers'],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});
