import { meanSquaredError } from 'marblenet';
import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf, type Rows, rowsOf } from '../emissions.js';

const judge = (rows: Rows, labels: readonly number[]) =>
  emissionsOf(of(batchOf(rows, { labels, dtype: 'float64' })).pipe(meanSquaredError()), ({ loss, dx }) => ({
    loss,
    dx: rowsOf(dx),
  }))[0];

describe('meanSquaredError', () => {
  it('is the mean of the squared differences', () => {
    marbles(({ cold, expectObservable }) => {
      // targets [1, 0]: (¼ + 0) / 2, then (4 + 1) / 2
      const batches = cold('                                   --a--b--|', {
        a: batchOf([[0.5, 0]], { labels: [0] }),
        b: batchOf([[3, -1]], { labels: [0] }),
      });
      expectObservable(batches.pipe(meanSquaredError())).toBe('--c--d--|', {
        c: { loss: 0.125, dx: [[-0.5, 0]] },
        d: { loss: 2.5, dx: [[2, -1]] },
      });
    });
  });

  it('is 0, and without a gradient, for a network that is right', () => {
    expect(
      judge(
        [
          [0, 1],
          [1, 0],
        ],
        [1, 0],
      ),
    ).toEqual({
      loss: 0,
      dx: [
        [0, 0],
        [0, 0],
      ],
    });
  });

  it('is the mean over the rows too', () => {
    // differences 1, 0, 0, 2
    expect(
      judge(
        [
          [2, 0],
          [1, 2],
        ],
        [0, 0],
      ),
    ).toEqual({
      loss: 5 / 4,
      dx: [
        [0.5, 0],
        [0, 1],
      ],
    });
  });

  it.each<[string, Rows, number[]]>([
    ['one row', [[0.5, -1, 2]], [1]],
    [
      '3 rows of 2',
      [
        [1, 2],
        [-3, 0.5],
        [0, 0],
      ],
      [0, 1, 1],
    ],
  ])('has the gradient of its formula, on %s', (_, rows, labels) => {
    expect(lossGradientError(meanSquaredError(), rows, labels)).toBeLessThan(1e-8);
  });

  it('compares with real-valued targets as they are', () => {
    marbles(({ cold, expectObservable }) => {
      const targets = [
        [1.5, -2],
        [0, 0.25],
      ];
      const batches = cold('                                   -a-|', {
        a: batchOf(
          [
            [1, -2],
            [0.5, 0],
          ],
          { targets },
        ),
      });
      // differences -½, 0, ½, -¼
      expectObservable(batches.pipe(meanSquaredError())).toBe('-b-|', {
        b: {
          loss: (0.25 + 0.25 + 0.0625) / 4,
          dx: [
            [-0.25, 0],
            [0.25, -0.125],
          ],
        },
      });
    });
  });

  it('has the gradient of its formula, for real-valued targets', () => {
    expect(lossGradientError(meanSquaredError(), [[0.5], [-2], [3]], [[1.25], [0], [-0.5]])).toBeLessThan(1e-8);
  });

  it('refuses a batch without targets', () => {
    expect(() => emissionsOf(of(batchOf([[1, 2]])).pipe(meanSquaredError()), ({ loss }) => loss)).toThrow(
      'meanSquaredError needs targets; put oneHot in data: for classes, or begin it with a source that has real-valued ones',
    );
  });

  it('refuses an output that is not as wide as the targets', () => {
    const batch = batchOf([[1, 2]], { labels: [2], classes: 3 });
    expect(() => emissionsOf(of(batch).pipe(meanSquaredError()), ({ loss }) => loss)).toThrow(
      "meanSquaredError compares the network's output with 3 targets a sample, but the output has the shape [2]; " +
        'give the last dense layer units: 3',
    );
  });
});
