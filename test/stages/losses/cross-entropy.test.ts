import { crossEntropy } from 'marblenet';
import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf, type Rows, rowsOf } from '../emissions.js';

const judge = (rows: Rows, labels: readonly number[], epsilon?: number) => {
  const stage = epsilon === undefined ? crossEntropy() : crossEntropy({ epsilon });
  return emissionsOf(of(batchOf(rows, { labels, dtype: 'float64' })).pipe(stage), ({ loss, dx }) => ({
    loss,
    dx: rowsOf(dx),
  }))[0];
};

describe('crossEntropy', () => {
  it('is -log of the probability that the true class was given', () => {
    marbles(
      ({ cold, expectObservable }) => {
        const batches = cold('                               --a--b--|', {
          a: batchOf([[0.8, 0.2]], { labels: [0] }),
          b: batchOf([[0.8, 0.2]], { labels: [1] }),
        });
        expectObservable(batches.pipe(crossEntropy())).toBe('--c--d--|', {
          c: { loss: -Math.log(0.8), dx: [[-1.25, 0]] },
          d: { loss: -Math.log(0.2), dx: [[0, -5]] },
        });
      },
      { tolerance: 1e-5 },
    );
  });

  it('is the mean over the batch, and each row has its share of the gradient', () => {
    const { loss, dx } = judge(
      [
        [0.5, 0.5],
        [0.25, 0.75],
      ],
      [0, 0],
      0,
    );
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 15);
    expect(dx).toEqual([
      [-1, 0],
      [-2, 0],
    ]);
  });

  it('stays finite for a probability of exactly 0', () => {
    const { loss, dx } = judge([[0, 1]], [0]);
    expect(loss).toBeCloseTo(-Math.log(1e-7), 12);
    expect(dx[0][0]).toBeCloseTo(-1e7, 6);
    expect(dx[0][1]).toBe(0);
  });

  it('is infinite there without epsilon', () => {
    expect(() => judge([[0, 1]], [0], 0)).toThrow('crossEntropy: the loss became Infinity at epoch 1, step 1');
  });

  it('does not mind a probability of exactly 0 for a class that is not true', () => {
    const { loss, dx } = judge([[0, 1]], [1], 0);
    expect(loss).toBeCloseTo(0, 15);
    expect(dx).toEqual([[0, -1]]);
  });

  it.each<[string, Rows, number[]]>([
    ['one row', [[0.2, 0.3, 0.5]], [1]],
    [
      '3 rows of 2',
      [
        [0.9, 0.1],
        [0.4, 0.6],
        [0.5, 0.5],
      ],
      [0, 0, 1],
    ],
  ])('has the gradient of its formula, on %s', (_, rows, labels) => {
    expect(lossGradientError(crossEntropy(), rows, labels)).toBeLessThan(1e-6);
    expect(lossGradientError(crossEntropy({ epsilon: 0.5 }), rows, labels)).toBeLessThan(1e-8);
  });

  it('refuses a batch without targets', () => {
    expect(() => emissionsOf(of(batchOf([[1, 2]])).pipe(crossEntropy()), ({ loss }) => loss)).toThrow(
      'crossEntropy needs targets; put oneHot in data:',
    );
  });

  it('refuses an output that is not as wide as the targets', () => {
    const batch = batchOf([[1, 2]], { labels: [2], classes: 3 });
    expect(() => emissionsOf(of(batch).pipe(crossEntropy()), ({ loss }) => loss)).toThrow(
      "crossEntropy compares the network's output with 3 targets a sample, but the output has the shape [2]; " +
        'give the last dense layer units: 3',
    );
  });
});
