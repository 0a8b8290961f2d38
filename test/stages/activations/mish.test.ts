import { mish } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('mish', () => {
  it('multiplies a number by the tanh of its softplus', () => {
    marbles(({ cold, expectObservable }) => {
      // tanh(log(2)) = 3/5, tanh(log(4)) = 15/17
      const log3 = Math.log(3);
      const x = cold('                       --a--|', { a: batchOf([[0, log3]]) });
      expectObservable(x.pipe(mish())).toBe('--c--|', { c: { x: [[0, (15 / 17) * log3]] } });
    });
  });

  it('has slope 3/5 at 0, and is relu where numbers are huge', () => {
    expect(slopeAt(mish(), 0)).toBeCloseTo(0.6, 14);
    expect([valueAt(mish(), 700), slopeAt(mish(), 700)]).toEqual([700, 1]);
    expect(valueAt(mish(), -700)).toBeCloseTo(0, 15);
    expect(slopeAt(mish(), -700)).toBeCloseTo(0, 15);
  });

  it('lets NaN through', () => {
    expect(valueAt(mish(), Number.NaN)).toBeNaN();
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(mish(), rows)).toBeLessThan(1e-8);
  });
});
