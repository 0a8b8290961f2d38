/** The slope of a function by differences, with a doubt: how far from the truth the difference itself may be. */
import type { Floats } from '../tensor.js';

export interface Slope {
  readonly value: number;
  /** Large where a corner lies within h; NaN where the function gave no number. */
  readonly doubt: number;
}

/** A central difference alone: two ways through the function, where to say how far it may be off takes four. */
export interface Difference {
  readonly value: number;
  /** How much the slope to the right of x is above the slope to the left: about h f'' of a smooth f, more at a corner. */
  readonly gap: number;
}

/** @param here f at x as it is */
export function differenceAt(f: () => number, here: number, numbers: Floats, i: number, h: number): Difference {
  const [right, left] = around(f, numbers, i, [h, -h]);
  return { value: (right - left) / (2 * h), gap: (right - 2 * here + left) / h };
}

/** Rounding error of a loss around 1: a few units in the last place of a float64, for the sums that it is made of. */
const ROUNDING = 8 * Number.EPSILON;

/**
 * The central difference of f by `numbers[i]`, taken with h and with h / 2. What a smooth f does when h is halved is
 * known: the central difference stays, and the gap between the slopes to the right and to the left halves too. As far as
 * it does otherwise, there is a corner within h, or h is too large; and the smaller h is, the more rounding weighs.
 *
 *     value = (f(x + h/2) - f(x - h/2)) / h
 *     doubt = |change of the central difference| + |gap(h) - 2 gap(h/2)| + rounding
 *
 * @param here f at x as it is
 */
export function slopeAt(f: () => number, here: number, numbers: Floats, i: number, h: number): Slope {
  const [right, nearRight, nearLeft, left] = around(f, numbers, i, [h, h / 2, -h / 2, -h]);
  const rounding = (ROUNDING * Math.max(1, Math.abs(here))) / h;
  const wide = (right - left) / (2 * h);
  const value = (nearRight - nearLeft) / h;
  const gap = (right - 2 * here + left) / h;
  const nearGap = (nearRight - 2 * here + nearLeft) / (h / 2);
  return { value, doubt: Math.abs(wide - value) + Math.max(0, Math.abs(gap - 2 * nearGap) - 4 * rounding) + rounding };
}

/** f beside x, so many steps away; x is put back. */
function around(f: () => number, numbers: Floats, i: number, steps: readonly number[]): number[] {
  const x = numbers[i];
  const found = steps.map((step) => {
    numbers[i] = x + step;
    return f();
  });
  numbers[i] = x;
  return found;
}

/** The notebook's h first, then larger ones for slopes that rounding hides, and smaller ones to keep clear of corners. */
export const STEPS: readonly number[] = [1e-4, 1e-3, 1e-2, 1e-5, 1e-6];

/** The slope with the least doubt, trying one h after another until the doubt is small enough. */
export function surestSlope(
  f: () => number,
  here: number,
  numbers: Floats,
  i: number,
  enough: number,
  steps = STEPS,
): Slope {
  let surest: Slope = { value: Number.NaN, doubt: Number.POSITIVE_INFINITY };
  for (const h of steps) {
    const slope = slopeAt(f, here, numbers, i, h);
    if (slope.doubt < surest.doubt) surest = slope;
    if (surest.doubt <= enough) break;
  }
  return surest;
}
