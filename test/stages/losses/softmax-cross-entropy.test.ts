import { softmaxCrossEntropy } from 'marblenet';
import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf, type Rows, rowsOf } from '../emissions.js';

const judge = (rows: Rows, labels: readonly number[], options = {}) =>
  emissionsOf(of(batchOf(rows, { labels, dtype: 'float64' })).pipe(softmaxCrossEntropy(options)), ({ loss, dx }) => ({
    loss,
    dx: rowsOf(dx),
  }))[0];

describe('softmaxCrossEntropy', () => {
  it('is log 2 for a network that cannot decide between two classes', () => {
    marbles(({ cold, expectObservable }) => {
      const batches = cold('                                      --a--|', { a: batchOf([[0, 0]], { labels: [0] }) });
      expectObservable(batches.pipe(softmaxCrossEntropy())).toBe('--b--|', {
        b: { loss: Math.LN2, dx: [[-0.5, 0.5]] },
      });
    });
  });

  it('is log C for a network that cannot decide between C', () => {
    expect(judge([new Array(10).fill(0.1)], [3]).loss).toBeCloseTo(Math.log(10), 14);
  });

  it('falls as the network grows sure of what is right, and grows as it is sure of what is wrong', () => {
    marbles(({ cold, expectObservable }) => {
      const sure = [[Math.log(3), 0]];
      const batches = cold('                                      --a--b--|', {
        a: batchOf(sure, { labels: [0] }),
        b: batchOf(sure, { labels: [1] }),
      });
      expectObservable(batches.pipe(softmaxCrossEntropy())).toBe('--c--d--|', {
        c: { loss: Math.log(4 / 3), dx: [[-0.25, 0.25]] },
        d: { loss: Math.log(4), dx: [[0.75, -0.75]] },
      });
    });
  });

  it('is the mean over the batch, and each row has its share of the gradient', () => {
    const { loss, dx } = judge(
      [
        [0, 0],
        [Math.log(3), 0],
      ],
      [0, 0],
    );
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(4 / 3)) / 2, 15);
    expect(dx[0]).toEqual([-0.25, 0.25]);
    expect(dx[1][0]).toBeCloseTo(-0.125, 15);
  });

  it('is finite where numbers are huge', () => {
    expect(judge([[1000, -1000]], [0])).toEqual({ loss: 0, dx: [[0, 0]] });
    expect(judge([[1000, -1000]], [1])).toEqual({ loss: 2000, dx: [[1, -1]] });
  });

  it('adds epsilon to the probability in the loss, and not in the gradient', () => {
    const sure = [[Math.log(3), 0]];
    const { loss, dx } = judge(sure, [1], { epsilon: 0.25 });
    expect(loss).toBeCloseTo(Math.log(2), 15);
    expect(dx).toEqual(judge(sure, [1]).dx);
    expect(judge([[1000, -1000]], [1], { epsilon: 1e-7 })).toEqual({ loss: -Math.log(1e-7), dx: [[1, -1]] });
  });

  it('refuses an epsilon below 0', () => {
    expect(() => softmaxCrossEntropy({ epsilon: -1 })).toThrow(
      'softmaxCrossEntropy: epsilon: expected at least 0, found -1',
    );
  });

  it('refuses a network that says NaN', () => {
    expect(() => judge([[Number.NaN, 0]], [1])).toThrow('the network is given NaN at sample 0');
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
    [
      '2 rows of 5',
      [
        [1, 2, 3, 4, 5],
        [-1, 0, 1, 0, -1],
      ],
      [4, 0],
    ],
  ])('has the gradient of its formula, on %s', (_, rows, labels) => {
    expect(lossGradientError(softmaxCrossEntropy(), rows, labels)).toBeLessThan(1e-8);
  });

  it('refuses a batch without targets', () => {
    expect(() => emissionsOf(of(batchOf([[1, 2]])).pipe(softmaxCrossEntropy()), ({ loss }) => loss)).toThrow(
      'softmaxCrossEntropy needs targets; put oneHot in data:',
    );
  });

  it('refuses an output that is not as wide as the targets', () => {
    const batch = batchOf([[1, 2]], { labels: [2], classes: 3 });
    expect(() => emissionsOf(of(batch).pipe(softmaxCrossEntropy()), ({ loss }) => loss)).toThrow(
      "softmaxCrossEntropy compares the network's output with 3 targets a sample, but the output has the shape [2]; " +
        'give the last dense layer units: 3',
    );
  });
});
