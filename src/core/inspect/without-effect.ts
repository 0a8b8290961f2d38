import { largestOf } from '../not-finite.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { type Compared, LIMIT, SMALLEST_SCALE } from './gradient-comparison.js';

/**
 * Whether the loss is the same whatever a parameter is, and `backward` says so: a bias before batchNorm, which takes it off
 * again. Differences of such a loss are rounding, in which a slope of 0 is not seen; so all numbers are moved far away, to
 * both sides, unevenly.
 */
export function isWithoutEffect(loss: () => number, parameter: Tensor, said: Tensor): boolean {
  if (!(largestOf(said) <= LIMIT * SMALLEST_SCALE)) return false;
  const { data } = parameter;
  const here = loss();
  const before = data.slice();
  const far = 10 * Math.max(1, largestOf(parameter));
  const isSame = (distance: number): boolean => {
    for (const [i, value] of before.entries()) data[i] = value + distance * Math.sin(i + 1);
    return Math.abs(loss() - here) <= ROUNDING * Math.max(1, Math.abs(here));
  };
  const areSame = [far, -far].every(isSame);
  data.set(before);
  return areSame;
}

/** What the comparison of such a parameter comes to. */
export function withoutEffect(said: Tensor): Compared & { readonly hasNoEffect: true } {
  const absoluteError = largestOf(said);
  const relativeError = absoluteError / SMALLEST_SCALE;
  const checked = sizeOf(said.shape);
  return { checked, skipped: 0, absoluteError, relativeError, verdict: 'zero', worst: undefined, hasNoEffect: true };
}

/** What is left of a number after one ten or a hundred times as large was added and taken off, and a network computed. */
const ROUNDING = 1e-9;
