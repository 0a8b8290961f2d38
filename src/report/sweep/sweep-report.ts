/** What the report of a sweep is made of. */
import type { BetterEpoch } from '../../core/sweep/better-epoch.js';
import { compareTrials } from '../../core/sweep/history.js';

export interface SweepReport {
  /** `runs/relu/sweep-1` */
  readonly folder: string;
  readonly name: string;
  /** `completed`, `interrupted` ... */
  readonly status: string;
  /** ISO 8601. */
  readonly began: string;
  readonly strategy: string;
  /** `validation.accuracy` */
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** In the order in which they began. */
  readonly trials: readonly ReportedTrial[];
  readonly best: BestTrial | undefined;
  /** What the best epoch of all would have been, where the file does not keep it. */
  readonly betterEpoch?: BetterEpoch | undefined;
  /** The pipeline file, with what is tried. */
  readonly yaml: string;
}

export interface ReportedTrial {
  readonly trial: number;
  readonly status: string;
  /** Why it failed. */
  readonly reason?: string | undefined;
  /** What it tries, by short names: the same for all trials, with '' for what is not there. */
  readonly labels: Readonly<Record<string, string>>;
  /** The metric, where it was measured; of a trial that was stopped early, as it was then. */
  readonly value: number | undefined;
  /** The metric after as many epochs as every trial had; undefined where it was not measured. */
  readonly early: number | undefined;
  readonly epochs: number;
  readonly seconds: number;
  /** The other metrics of the validation, measured together with `value`. */
  readonly others: Readonly<Record<string, number>>;
  /** The metric after each epoch; null where it was not measured. */
  readonly curve: readonly (number | null)[];
  /** Where its own report is, seen from this one: `3/report.html`; undefined where there is none. */
  readonly report?: string | undefined;
}

export interface BestTrial {
  readonly trial: number;
  readonly folder: string;
  /** All that was measured of it, name and value: `test accuracy`. */
  readonly figures: readonly (readonly [string, number])[];
}

/** The best one first: those that came to their end, those that were stopped early, and those without a value. */
export const rankedTrials = ({ trials, ...goal }: SweepReport): ReportedTrial[] =>
  trials.toSorted((a, b) => compareTrials(goal, a, b));
