import { describe, expect, it } from 'vitest';
import { differenceAt, STEPS, slopeAt, surestSlope } from '../../../src/core/inspect/slope.js';

/** The slope of f at x, with this h or with the surest. */
function slopeOf(f: (x: number) => number, x: number, h?: number) {
  const numbers = new Float64Array([x]);
  const loss = () => f(numbers[0]);
  const slope = h === undefined ? surestSlope(loss, f(x), numbers, 0, 1e-9) : slopeAt(loss, f(x), numbers, 0, h);
  expect(numbers[0], 'what was nudged is put back').toBe(x);
  return slope;
}

const relu = (x: number): number => Math.max(0, x);
const H = STEPS[0];

describe('slopeAt', () => {
  it("begins with the notebook's h", () => {
    expect(H).toBe(1e-4);
  });

  it('knows the slope of a smooth function, and is in little doubt', () => {
    const { value, doubt } = slopeOf(Math.exp, 0.5, H);
    expect(Math.abs(value - Math.exp(0.5))).toBeLessThan(doubt);
    expect(doubt).toBeLessThan(1e-8);
  });

  it.each([0, 0.1, 0.3, 1 / 3, 0.5, 0.7, 0.9])('doubts a corner at %f h, to either side', (share) => {
    for (const side of [1, -1]) {
      const { value, doubt } = slopeOf(relu, side * share * H, H);
      const truth = side * share > 0 ? 1 : 0;
      expect(doubt).toBeGreaterThan(Math.abs(value - truth) / 2);
      expect(doubt).toBeGreaterThan(0.1);
    }
  });

  it('does not doubt a corner that h does not reach', () => {
    for (const x of [1.01 * H, -1.01 * H]) {
      const { value, doubt } = slopeOf(relu, x, H);
      expect(value).toBeCloseTo(x > 0 ? 1 : 0, 9);
      expect(doubt).toBeLessThan(1e-9);
    }
  });

  it('doubts what is no number', () => {
    expect(slopeOf(Math.log, -1, H).doubt).toBeNaN();
  });
});

describe('differenceAt', () => {
  const differenceOf = (f: (x: number) => number, x: number) => {
    const numbers = new Float64Array([x]);
    const difference = differenceAt(() => f(numbers[0]), f(x), numbers, 0, H);
    expect(numbers[0], 'what was nudged is put back').toBe(x);
    return difference;
  };

  it('is the central difference, and between the sides of a smooth function hardly a gap', () => {
    const { value, gap } = differenceOf(Math.exp, 0.5);
    expect(value).toBeCloseTo(Math.exp(0.5), 8);
    expect(gap).toBeCloseTo(H * Math.exp(0.5), 8);
  });

  it('has a wide gap at a corner, whatever the slope between its sides', () => {
    expect(differenceOf(Math.abs, 0)).toEqual({ value: 0, gap: expect.closeTo(2, 9) });
    expect(differenceOf(relu, 0)).toEqual({ value: expect.closeTo(0.5, 9), gap: expect.closeTo(1, 9) });
  });
});

describe('surestSlope', () => {
  it('goes nearer where a corner is within h', () => {
    const x = H / 20;
    expect(slopeOf(relu, x, H).doubt).toBeGreaterThan(0.1);
    expect(slopeOf(relu, x)).toEqual({ value: expect.closeTo(1, 8), doubt: expect.closeTo(0, 7) });
  });

  it('stays in doubt on the corner itself', () => {
    expect(slopeOf(relu, 0).doubt).toBeGreaterThan(0.1);
    expect(slopeOf(Math.abs, 0).doubt).toBeGreaterThan(0.1);
  });

  it('goes further where rounding hides a small slope', () => {
    const almostLevel = (x: number) => 1 + 1e-6 * x;
    expect(slopeOf(almostLevel, 1, 1e-6).doubt).toBeGreaterThan(1e-9);
    expect(slopeOf(almostLevel, 1).doubt).toBeLessThan(1e-9);
    expect(slopeOf(almostLevel, 1).value).toBeCloseTo(1e-6, 9);
  });
});
