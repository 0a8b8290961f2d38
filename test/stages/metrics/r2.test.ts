import { PipelineError, r2 } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

describe('r2', () => {
  it('is the share of the variance that is explained, over all batches of the epoch', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                     ab|', {
        a: stepOf([[1]], { targets: [[1]] }),
        b: stepOf([[2]], { targets: [[3]] }),
      });
      expectObservable(steps.pipe(r2())).toBe('--(m|)', { m: { name: 'r2', value: 1 / 2 } });
    });
  });

  it.each<[string, number[], number]>([
    ['right', [1e9, 1e9 + 1, 1e9 + 2], 1],
    ['the mean', [1e9 + 1, 1e9 + 1, 1e9 + 1], 0],
    ['worse than the mean', [1e9 + 2, 1e9 + 1, 1e9], -3],
  ])('loses nothing far from 0: what is said is %s', (_, said, value) => {
    const targets = [[1e9], [1e9 + 1], [1e9 + 2]];
    expect(
      through(
        r2(),
        stepOf(
          said.map((x) => [x]),
          { targets, dtype: 'float64' },
        ),
      ).value,
    ).toBe(value);
  });

  it('has a number for targets that are all the same', () => {
    const targets = [[5], [5]];
    expect(through(r2(), stepOf([[5], [5]], { targets })).value).toBe(1);
    expect(through(r2(), stepOf([[5], [6]], { targets })).value).toBe(0);
  });

  it('refuses classes', () => {
    expect(() => through(r2(), stepOf([[1, 0]], { labels: [0] }))).toThrow(
      new PipelineError('r2 is for real-valued targets, and these are none; for classes there is accuracy'),
    );
  });

  it('refuses answers of yes and no', () => {
    expect(() => through(r2(), stepOf([[1]], { targets: [[1]], outputs: 'binaryLogits' }))).toThrow(
      "r2 is for real numbers, and the loss before it takes the network's for logits; for yes and no there is accuracy",
    );
  });
});
