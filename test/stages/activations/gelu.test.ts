import { gelu } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

// Abramowitz and Stegun, table 7.1
const ERF_1 = 0.842700792949715;
const ERF_HALF = 0.520499877813047;

describe('gelu', () => {
  it('multiplies a number with the chance that a Gaussian is below it', () => {
    marbles(({ cold, expectObservable }) => {
      // of a standard Gaussian, 84.13 % lies below 1, and 97.72 % below 2
      const x = cold('                       --a--b--|', { a: batchOf([[0, 1, 2]]), b: batchOf([[0, -1, -2]]) });
      expectObservable(x.pipe(gelu())).toBe('--c--d--|', {
        c: { x: [[0, 0.8413447, 2 * 0.9772499]] },
        d: { x: [[0, -0.1586553, -2 * 0.0227501]] },
      });
    });
  });

  // x/2 (1 + erf(x/√2))
  it.each([
    [Math.SQRT2, (Math.SQRT2 / 2) * (1 + ERF_1)],
    [-Math.SQRT2, (-Math.SQRT2 / 2) * (1 - ERF_1)],
    [Math.SQRT1_2, (Math.SQRT1_2 / 2) * (1 + ERF_HALF)],
  ])('is exact to 14 digits at %f', (x, y) => {
    expect(valueAt(gelu(), x)).toBeCloseTo(y, 14);
  });

  it('has slope ½ at 0', () => {
    expect(slopeAt(gelu(), 0)).toBe(0.5);
  });

  it('is relu where numbers are huge', () => {
    expect([valueAt(gelu(), 1000), slopeAt(gelu(), 1000), slopeAt(gelu(), -1000)]).toEqual([1000, 1, 0]);
    expect(valueAt(gelu(), -1000)).toBeCloseTo(0, 15);
  });

  it('lets NaN through', () => {
    expect(valueAt(gelu(), Number.NaN)).toBeNaN();
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(gelu(), rows)).toBeLessThan(1e-8);
  });
});
