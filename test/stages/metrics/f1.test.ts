import { f1 } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, it } from 'vitest';

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
});
