/** The numbers of a gradient beside differences of the loss. */
import type { Random } from '../random/random.js';
import { indexIn, sizeOf, type Tensor } from '../tensor.js';
import { type Difference, differenceAt, STEPS, surestSlope } from './slope.js';

/** One number of a gradient, from both sides. */
export interface Comparison {
  /** Where it stands in its tensor: [row, column]. */
  readonly index: readonly number[];
  readonly backward: number;
  readonly difference: number;
}

/** What is found when a gradient is compared. */
export interface Compared {
  /** How many of its numbers were compared. */
  readonly checked: number;
  /** How many could not be: the difference is taken across a corner, so halving h changes it. */
  readonly skipped: number;
  /** The largest |backward - difference|; undefined when nothing was compared. */
  readonly absoluteError: number | undefined;
  /** The same, divided by the largest slope in the tensor. */
  readonly relativeError: number | undefined;
  /**
   * Wrong from a relative error of 1e-6 on; unknown when every number was skipped; zero when every slope is 0, so that a
   * gradient that is always 0 would pass too, which proves nothing.
   */
  readonly verdict: 'right' | 'wrong' | 'unknown' | 'zero';
  /** Where the largest error is. */
  readonly worst: Comparison | undefined;
}

/** The relative error that is one too many. */
export const LIMIT = 1e-6;

/** A slope may be in doubt by half of what it is to decide; one that is in doubt by a tenth need not be taken again. */
const TRUSTED = LIMIT / 2;
const ENOUGH = LIMIT / 10;

/** Where the slopes to both sides differ by more of the largest slope, a corner may lie in the middle of them. */
const SMOOTH = 0.01;

/** A corner that is within the first h is seldom within this one. */
const NEARER = 1e-5;

/** What may keep clear of one that is within that, too. */
const NEAREST = [1e-6];

/** Slopes below this are lost in the rounding of a loss around 1: errors are not taken relative to less. */
export const SMALLEST_SCALE = 1e-6;

/**
 * Which numbers to compare, in their order: so many drawn at random, the first of them replaced by the one that has the
 * steepest slope by `backward`. Most pixels are 0, and to see that 0 is 0 proves little.
 */
export function chosen({ shape, data }: Tensor, count: number | 'all', random: Random): Int32Array {
  const order = random.permutation(sizeOf(shape));
  if (count === 'all' || count >= order.length) return order.sort();
  const numbers = order.subarray(0, count);
  let steepest = 0;
  for (const [i, slope] of data.entries()) if (Math.abs(slope) > Math.abs(data[steepest])) steepest = i;
  if (!numbers.includes(steepest)) numbers[0] = steepest;
  return numbers.sort();
}

/**
 * Nudges the chosen numbers of a value, and holds what the loss does against what `backward` said. A difference that agrees
 * with it, where the loss has no corner, is proof enough: two computations that are wrong would not agree. Where one does
 * not, the surest of several is what counts.
 */
export function compare(loss: () => number, { shape, data }: Tensor, said: Tensor, numbers: Int32Array): Compared {
  const here = loss();
  const [h] = STEPS;
  const first = Array.from(numbers, (i) => differenceAt(loss, here, data, i, h));
  const scale = first.reduce((largest, { value }) => Math.max(largest, Math.abs(value)), SMALLEST_SCALE);
  const agrees = ({ value, gap }: Difference, backward: number): boolean =>
    Math.abs(value - backward) <= ENOUGH * scale && Math.abs(gap) <= SMOOTH * scale;

  const compared = [...numbers].flatMap((i, n) => {
    const backward = said.data[i];
    const index = indexIn(shape, i);
    const known = agrees(first[n], backward) ? first[n] : differenceAt(loss, here, data, i, NEARER);
    if (agrees(known, backward)) return { index, backward, difference: known.value };
    const isAtCorner = Math.abs(known.gap) > SMOOTH * scale;
    const slope = surestSlope(loss, here, data, i, ENOUGH * scale, isAtCorner ? NEAREST : STEPS);
    if (!(slope.doubt <= TRUSTED * scale)) return [];
    return { index, backward, difference: slope.value };
  });
  const skipped = numbers.length - compared.length;
  const worst = compared.reduce<Comparison | undefined>(
    (most, comparison) => (most !== undefined && errorOf(comparison) <= errorOf(most) ? most : comparison),
    undefined,
  );
  if (worst === undefined) {
    return { checked: 0, skipped, absoluteError: undefined, relativeError: undefined, verdict: 'unknown', worst };
  }
  const absoluteError = errorOf(worst);
  const relativeError = absoluteError / scale;
  const verdict = relativeError > LIMIT ? 'wrong' : scaleOf(compared) <= LIMIT * scale ? 'zero' : 'right';
  return { checked: compared.length, skipped, absoluteError, relativeError, verdict, worst };
}

const scaleOf = (compared: readonly Comparison[]): number =>
  compared.reduce((largest, { difference }) => Math.max(largest, Math.abs(difference)), 0);

/** What is no number could not be further off. */
function errorOf({ backward, difference }: Comparison): number {
  const error = Math.abs(backward - difference);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
