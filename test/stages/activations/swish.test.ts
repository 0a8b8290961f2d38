import { swish } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('swish', () => {
  it('multiplies a number by its sigmoid', () => {
    marbles(({ cold, expectObservable }) => {
      const log3 = Math.log(3); // of which the sigmoid is 3/4
      const x = cold('                        --a--b--|', { a: batchOf([[0, log3]]), b: batchOf([[-log3, 0]]) });
      expectObservable(x.pipe(swish())).toBe('--c--d--|', { c: { x: [[0, 0.75 * log3]] }, d: { x: [[-log3 / 4, 0]] } });
    });
  });

  it('has slope ½ at 0, and is relu where numbers are huge', () => {
    expect(slopeAt(swish(), 0)).toBe(0.5);
    expect([valueAt(swish(), 700), slopeAt(swish(), 700)]).toEqual([700, 1]);
    expect(valueAt(swish(), -700)).toBeCloseTo(0, 15);
    expect(slopeAt(swish(), -700)).toBeCloseTo(0, 15);
  });

  it('lets NaN through', () => {
    expect(valueAt(swish(), Number.NaN)).toBeNaN();
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(swish(), rows)).toBeLessThan(1e-8);
  });
});
