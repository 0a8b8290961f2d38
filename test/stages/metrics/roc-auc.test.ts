import { RunError, rocAuc } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

const stepOfTwo = (likely: readonly number[], labels: readonly number[]) =>
  stepOf(
    likely.map((p) => [1 - p, p]),
    { labels, outputs: 'probabilities', dtype: 'float64' },
  );

describe('rocAuc', () => {
  it('is how often a sample of the class is ranked above another, over all batches of the epoch', () => {
    marbles(({ cold, expectObservable }) => {
      // .9 and .4 are of class 1; of the four pairs with .5 and .3, three are ranked rightly
      const steps = cold('                         ab|', {
        a: stepOfTwo([0.9, 0.5], [1, 0]),
        b: stepOfTwo([0.3, 0.4], [0, 1]),
      });
      expectObservable(steps.pipe(rocAuc())).toBe('--(m|)', { m: { name: 'rocAuc', value: 3 / 4 } });
    });
  });

  it('counts equals as half', () => {
    expect(through(rocAuc(), stepOfTwo([0.5, 0.5, 0.5], [1, 0, 0])).value).toBe(0.5);
  });

  it('leaves a class out that is not there', () => {
    const step = stepOf(
      [
        [0.8, 0.1, 0.1],
        [0.2, 0.7, 0.1],
      ],
      { labels: [0, 1], outputs: 'probabilities' },
    );
    expect(through(rocAuc(), step)).toMatchObject({ value: 1, byClass: [1, 1, Number.NaN] });
  });

  it('takes more samples than it has room for at first', () => {
    const likely = Array.from({ length: 5000 }, (_, i) => (i + 0.5) / 5000);
    const labels = likely.map((p) => (p > 0.5 ? 1 : 0));
    expect(through(rocAuc(), stepOfTwo(likely, labels)).value).toBe(1);
  });

  it('says that there is nothing to compare', () => {
    expect(() => through(rocAuc(), stepOfTwo([0.5, 0.4], [1, 1]))).toThrow(
      new RunError('rocAuc compares samples of different classes, and all are of one'),
    );
  });
});
