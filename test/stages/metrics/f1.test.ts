import { f1 } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

describe('f1', () => {
  it('is high only where precision and recall are', () => {
    marbles(({ cold, expectObservable }) => {
      // class 0: precision ½, recall 1; class 1: precision 1, recall ⅔
      const steps = cold('                     a|', {
        a: stepOf(
          [
            [1, 0],
            [1, 0],
            [0, 1],
            [0, 1],
          ],
          { labels: [0, 1, 1, 1] },
        ),
      });
      expectObservable(steps.pipe(f1())).toBe('-(m|)', {
        m: { name: 'f1', value: (2 / 3 + 4 / 5) / 2, byClass: [2 / 3, 4 / 5] },
      });
    });
  });

  it.each([
    ['f1', undefined],
    ['f1', 'macro'],
    ['weightedF1', 'weighted'],
    ['microF1', 'micro'],
  ] as const)('is called %s with average: %s, so that several stand side by side', (name, average) => {
    const [x, labels] = [[[1, 0]], [0]];
    const found = through(f1({ average }), stepOf(x, { labels }));
    expect(found.name).toBe(name);
  });
});
