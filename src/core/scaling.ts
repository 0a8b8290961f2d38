/** Reading features by a scaling, whether it is one number or one a column. */
import type { Scaling } from './kinds.js';

/** What a scaling says of the i-th number of a sample, or of a whole data set. */
const columnOf = (value: number | readonly number[], i: number): number =>
  typeof value === 'number' ? value : value[i % value.length];

/** (feature - mean) / std, for the i-th feature. */
export const scaled = (feature: number, i: number, { mean, std }: Scaling): number =>
  (feature - columnOf(mean, i)) / columnOf(std, i);

/** Two scalings, one after the other, as one: ((f - m) / s - mean) / std = (f - (m + mean s)) / (s std). */
export const scaledTwice = (first: Scaling, next: Scaling): Scaling => ({
  mean: eachColumn((m, mean, s) => m + mean * s, first.mean, next.mean, first.std),
  std: eachColumn((s, std) => s * std, first.std, next.std),
});

/** f of numbers, or of lists column by column; a number counts for every column. */
function eachColumn(
  f: (...values: readonly number[]) => number,
  ...values: readonly Scaling['mean'][]
): Scaling['mean'] {
  const list = values.find((value) => typeof value === 'object');
  const at = (i: number) => f(...values.map((value) => columnOf(value, i)));
  return typeof list === 'object' ? list.map((_, i) => at(i)) : at(0);
}
