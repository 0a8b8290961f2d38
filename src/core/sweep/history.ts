/** What is known of the trials of a sweep, and which of them are better. */
import type { Point } from './space.js';

export interface TrialState {
  readonly point: Point;
  /** `stopped`: at a rung, and it may go on; `interrupted`: with the sweep. */
  readonly status: 'running' | 'stopped' | 'completed' | 'failed' | 'interrupted';
  /** How many epochs were trained. */
  readonly epochs: number;
  /** The metric after each epoch at which it was stopped. */
  readonly rungs: Readonly<Record<number, number>>;
  /** The metric of the model that it came to; undefined where it came to none. */
  readonly value: number | undefined;
}

/** Which way a metric is better. */
export interface Goal {
  readonly higherIsBetter: boolean;
}

/** Below 0 where the first value is the better one. What is no number is worse than all. */
export function compareValues({ higherIsBetter }: Goal, a: number | undefined, b: number | undefined): number {
  const [one, other] = [a, b].map((value) => (value === undefined || Number.isNaN(value) ? undefined : value));
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  return higherIsBetter ? other - one : one - other;
}

/**
 * The order in which trials are shown: below 0 where the first one is the better one. Those that came to their end stand before
 * those that have a value of an earlier epoch alone, which is not that of a model that is kept; then those without a number.
 */
export const compareTrials = (goal: Goal, a: Reached, b: Reached): number =>
  placeOf(a) - placeOf(b) || compareValues(goal, a.value, b.value);

/** How far a trial came, and to what. */
export interface Reached {
  /** As that of a `TrialState`. */
  readonly status: string;
  readonly value: number | undefined;
}

const placeOf = ({ status, value }: Reached): number => {
  if (!Number.isFinite(value)) return 2;
  return status === 'completed' ? 0 : 1;
};

/**
 * The trial with the best value, of those that came to their end; the first of equal ones. Undefined where there is none.
 */
export function bestOf<T extends Reached>(trials: readonly T[], goal: Goal): T | undefined {
  const ended = trials.filter(({ status, value }) => status === 'completed' && Number.isFinite(value));
  return ended.reduce<T | undefined>(
    (best, one) => (best === undefined || compareValues(goal, one.value, best.value) < 0 ? one : best),
    undefined,
  );
}
