import { PipelineError, topK } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

describe('topK', () => {
  it('counts a true class among the k largest', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                                 ab|', {
        a: stepOf([[0.5, 0.3, 0.2]], { labels: [1] }),
        b: stepOf([[0.6, 0.3, 0.1]], { labels: [2] }),
      });
      expectObservable(steps.pipe(topK({ k: 2 }))).toBe('--(m|)', { m: { name: 'top2', value: 0.5 } });
    });
  });

  it('takes the first of equals for the larger', () => {
    const step = stepOf(
      [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
      { labels: [0, 1, 2] },
    );
    expect(through(topK({ k: 2 }), step).value).toBeCloseTo(2 / 3, 12);
  });

  it('refuses real-valued targets', () => {
    expect(() => through(topK(), stepOf([[1]], { targets: [[1]] }))).toThrow(PipelineError);
  });
});
