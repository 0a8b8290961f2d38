/** How much of the differences among values a grouping of them explains. */
import { meanOf } from './summary.js';

/** The most groups that numbers are put into, and the fewest numbers in each. */
const [GROUPS, FEWEST] = [5, 3];

/**
 * ε² (epsilon squared), from 0, where the groups' means differ no more than by chance, to 1, where there is no difference inside
 * the groups:
 *
 *     ε² = (between - (k - 1) within / (n - k)) / (between + within)      sums of squares; n values in k groups
 *
 * It is η², the correlation ratio between / (between + within), without what chance gives: of pure noise, η² is (k - 1) / (n - 1)
 * on average, and ε² is 0. What comes out below 0 is 0. Source: Kelley (1935), An unbiased correlation ratio measure.
 *
 * @param keys the group of each value
 * @returns 0 where all values are the same; undefined where there are fewer than two values for each group, too few to say
 */
export function explainedVariance(keys: readonly string[], values: readonly number[]): number | undefined {
  const groups = [...new Set(keys)].map((key) => values.filter((_, i) => keys[i] === key));
  const [n, k] = [values.length, groups.length];
  if (n === 0 || n < 2 * k) return undefined;
  const all = squaresOf(values);
  if (all === 0) return 0;
  const within = groups.reduce((sum, group) => sum + squaresOf(group), 0);
  return Math.max(0, 1 - within / (n - k) / (all / (n - 1)));
}

/** The sum of the squared distances from the mean. */
function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Numbers as groups of about the same size, in their order; few different ones are each a group of their own. */
export function groupsOf(numbers: readonly number[]): string[] {
  const different = new Set(numbers).size;
  if (different <= Math.min(GROUPS, numbers.length / 2)) return numbers.map(String);
  const groups = Math.max(1, Math.min(GROUPS, Math.floor(numbers.length / FEWEST)));
  const sorted = numbers.toSorted((a, b) => a - b);
  return numbers.map((value) => String(Math.floor((groups * sorted.indexOf(value)) / sorted.length)));
}
