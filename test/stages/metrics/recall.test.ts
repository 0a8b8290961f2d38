import { accuracy, recall } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

const step = stepOf(
  [
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
  ],
  { labels: [0, 0, 1] },
);

describe('recall', () => {
  it('is the share of what is there that is said, a class and on average', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                         a|', { a: step });
      expectObservable(steps.pipe(recall())).toBe('-(m|)', {
        m: { name: 'recall', value: 1 / 4, byClass: [1 / 2, 0, Number.NaN] },
      });
    });
  });

  it('is the accuracy, weighted by the samples of each class', () => {
    expect(through(recall({ average: 'weighted' }), step).value).toBeCloseTo(through(accuracy(), step).value, 12);
  });
});
