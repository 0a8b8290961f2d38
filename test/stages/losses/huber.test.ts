import { huber, PipelineError } from 'marblenet';
import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';

describe('huber', () => {
  it('is half the square up to delta, and a line from there on, without a step between', () => {
    marbles(({ cold, expectObservable }) => {
      const batches = cold('                                   --a--|', {
        a: batchOf([[1], [2], [3], [-3]], { targets: [[0], [0], [0], [0]] }),
      });
      expectObservable(batches.pipe(huber({ delta: 2 }))).toBe('--b--|', {
        b: { loss: (0.5 + 2 + 4 + 4) / 4, dx: [[0.25], [0.5], [0.5], [-0.5]] },
      });
    });
  });

  it('has the gradient of its formula, on both sides of delta', () => {
    expect(lossGradientError(huber({ delta: 0.7 }), [[0.5], [-2], [3]], [[0.25], [0], [2.5]])).toBeLessThan(1e-8);
  });

  it('refuses a delta of 0, where nothing would pull', () => {
    expect(() => huber({ delta: 0 })).toThrow(PipelineError);
  });
});
