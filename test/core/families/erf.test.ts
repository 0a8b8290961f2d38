import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erf } from '../../../src/core/families/erf.js';

describe('erf', () => {
  // Abramowitz and Stegun, table 7.1; beyond 2, 1 - erfc(x)
  it.each([
    [0, 0],
    [0.1, 0.112462916018285],
    [0.5, 0.520499877813047],
    [1, 0.842700792949715],
    [2, 0.995322265018953],
    [2.9999, 0.999977895573518],
    [3, 0.999977909503001],
    [3.5, 0.999999256901628],
    [5, 0.999999999998463],
  ])('of %f is %f', (x, expected) => {
    expect(erf(x)).toBeCloseTo(expected, 14);
  });

  it('is its straight start near 0: 2x/√π, to the last digit', () => {
    for (const x of [1e-300, 1e-20, 1e-9]) expect(erf(x) / ((2 / Math.sqrt(Math.PI)) * x)).toBeCloseTo(1, 15);
  });

  it('joins its two formulas without a step', () => {
    expect(erf(3) - erf(3 - 1e-12)).toBeCloseTo(0, 14);
    expect(erf(6.0000001) - erf(6)).toBeCloseTo(0, 15);
  });

  it('is 1 and -1 far out', () => {
    expect([erf(7), erf(-7), erf(Infinity), erf(-Infinity)]).toEqual([1, -1, 1, -1]);
  });

  it('is NaN for NaN', () => {
    expect(erf(Number.NaN)).toBeNaN();
  });

  it('is odd, and between -1 and 1', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(erf(-x)).toBeCloseTo(-erf(x), 15);
        expect(Math.abs(erf(x))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never falls', () => {
    const x = fc.double({ min: -7, max: 7, noNaN: true });
    fc.assert(
      fc.property(x, x, (a, b) => {
        expect(erf(Math.max(a, b)) - erf(Math.min(a, b))).toBeGreaterThanOrEqual(-1e-14);
      }),
    );
  });

  it('has the slope 2/√π exp(-x²)', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => {
        const h = 1e-5;
        const slope = (erf(x + h) - erf(x - h)) / (2 * h);
        expect(slope).toBeCloseTo((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), 8);
      }),
    );
  });
});
