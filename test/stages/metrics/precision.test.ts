import { PipelineError, precision } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

/** 0 is said three times, rightly twice; 1 is there and never said; 2 is neither. */
const step = stepOf(
  [
    [1, 0, 0],
    [1, 0, 0],
    [1, 0, 0],
  ],
  { labels: [0, 0, 1] },
);

describe('precision', () => {
  it('is the share of what is said that is there, a class and on average', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                            a|', { a: step });
      expectObservable(steps.pipe(precision())).toBe('-(m|)', {
        m: { name: 'precision', value: (2 / 3 + 0) / 2, byClass: [2 / 3, 0, Number.NaN] },
      });
    });
  });

  it.each([
    ['weighted', (2 * (2 / 3) + 0) / 3],
    ['micro', 2 / 3],
  ] as const)('averages: %s', (average, value) => {
    expect(through(precision({ average }), step).value).toBeCloseTo(value, 12);
  });

  it('takes a logit above 0 for yes', () => {
    const answers = stepOf([[2], [1], [-1], [-1]], { targets: [[1], [0], [1], [0]], outputs: 'binaryLogits' });
    expect(through(precision(), answers)).toMatchObject({ value: 1 / 2, byClass: [1 / 2] });
  });

  it('refuses real numbers', () => {
    expect(() => through(precision(), stepOf([[1]], { targets: [[0.5]] }))).toThrow(
      new PipelineError(
        'precision is for classes, but these targets are real numbers, 1 a sample; for regression there is rootMeanSquaredError',
      ),
    );
  });
});
