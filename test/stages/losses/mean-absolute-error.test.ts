import { meanAbsoluteError } from 'marblenet';
import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';

describe('meanAbsoluteError', () => {
  it('is the mean of the distances, and pulls as hard at a near target as at a far one', () => {
    marbles(({ cold, expectObservable }) => {
      const batches = cold('                                    --a--|', {
        a: batchOf(
          [
            [0.5, 0],
            [0, -7],
          ],
          {
            targets: [
              [1, 0],
              [0, 1],
            ],
          },
        ),
      });
      expectObservable(batches.pipe(meanAbsoluteError())).toBe('--b--|', {
        b: {
          loss: (0.5 + 0 + 0 + 8) / 4,
          dx: [
            [-0.25, 0],
            [0, -0.25],
          ],
        },
      });
    });
  });

  it('has the gradient of its formula, away from its corner', () => {
    expect(lossGradientError(meanAbsoluteError(), [[0.5], [-2], [3]], [[1.25], [0], [-0.5]])).toBeLessThan(1e-8);
  });
});
