/** What a sweep would have come to, had its trials kept their best epochs. */
import { bestOf, compareValues, type Goal, type Reached } from './history.js';

/** An epoch of a trial, and the metric after it. */
export interface BetterEpoch {
  readonly trial: number;
  readonly epoch: number;
  readonly value: number;
}

/**
 * The best epoch of the trials that came to their end, where it is better than the best trial is at its last epoch.
 *
 * @param trials the `curve` of each: the metric after each epoch, null where it was not measured
 * @returns undefined where there is none, or the difference is not to be seen in three digits
 */
export function betterEpochOf(
  trials: readonly (Reached & { readonly trial: number; readonly curve: readonly (number | null)[] })[],
  goal: Goal,
): BetterEpoch | undefined {
  const best = bestOf(trials, goal)?.value;
  if (best === undefined) return undefined;
  const epochs = trials
    .filter(({ status }) => status === 'completed')
    .flatMap(({ trial, curve }) =>
      curve.flatMap((value, i) => (value === null || !Number.isFinite(value) ? [] : [{ trial, epoch: i + 1, value }])),
    );
  const [first] = epochs.sort((a, b) => compareValues(goal, a.value, b.value));
  if (first === undefined || compareValues(goal, first.value, best) >= 0) return undefined;
  return first.value.toPrecision(3) === best.toPrecision(3) ? undefined : first;
}

/** `trial 6 was better after epoch 3 (0.24): best: { monitor: validation.loss } would keep that` */
export const betterEpochText = (
  { trial, epoch, value }: BetterEpoch,
  metric: string,
  figure: (value: number) => string,
): string =>
  `trial ${trial} was better after epoch ${epoch} (${figure(value)}): best: { monitor: ${metric} } would keep that`;
