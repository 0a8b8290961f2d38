/** Whether two things that were measured in pairs differ by more than chance. */
import { studentTail } from './student-t.js';
import { deviationOf, meanOf } from './summary.js';

/** What a paired t-test says. */
export interface PairedTest {
  /** How many pairs. */
  readonly pairs: number;
  /** The mean of the second of each pair less the first. */
  readonly difference: number;
  /** difference √n / the standard deviation of the differences; infinite where all differences are the same. */
  readonly t: number;
  /**
   * How probable so large a difference, either way, would be if there were none. It takes differences for normally
   * distributed, which a few pairs do not show.
   */
  readonly p: number;
}

/**
 * Student's t-test of paired samples, two-sided, with n - 1 degrees of freedom. Source: Student (1908), The Probable Error of a
 * Mean.
 *
 * @returns undefined for less than two pairs, where chance cannot be seen
 */
export function pairedTTest(first: readonly number[], second: readonly number[]): PairedTest | undefined {
  const differences = second.map((value, i) => value - first[i]);
  const pairs = differences.length;
  if (pairs < 2 || first.length !== pairs) return undefined;
  const difference = meanOf(differences);
  if (differences.every((one) => one === 0)) return { pairs, difference: 0, t: 0, p: 1 };
  const t = (difference * Math.sqrt(pairs)) / deviationOf(differences);
  return { pairs, difference, t, p: studentTail(t, pairs - 1) };
}
