/** How much of the differences among values a grouping of them explains. */
import { meanOf } from './summary.js';

/** The most groups that numbers are put into. */
const GROUPS = 5;

/**
 * The correlation ratio η²: the variance of the groups' means, as a share of all variance, from 0, where the groups are alike, to 1,
 * where there is no difference inside them. Source: Fisher (1925), Statistical Methods for Research Workers, 45.
 *
 * @param keys the group of each value
 * @returns NaN where all values are the same
 */
export function explainedVariance(keys: readonly string[], values: readonly number[]): number {
  const groups = [...new Set(keys)].map((key) => values.filter((_, i) => keys[i] === key));
  const mean = meanOf(values);
  const between = groups.reduce((sum, group) => sum + group.length * (meanOf(group) - mean) ** 2, 0);
  return between / values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Numbers as groups of about the same size, in their order; few different ones are each a group of their own. */
export function groupsOf(numbers: readonly number[]): string[] {
  const different = [...new Set(numbers)].sort((a, b) => a - b);
  if (different.length <= GROUPS) return numbers.map(String);
  const sorted = numbers.toSorted((a, b) => a - b);
  return numbers.map((value) => String(Math.floor((GROUPS * sorted.indexOf(value)) / sorted.length)));
}
