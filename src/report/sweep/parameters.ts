/** What the trials of a sweep tried, parameter by parameter. */
import { explainedVariance, groupsOf } from '../../core/statistics/explained-variance.js';
import type { ReportedTrial } from './sweep-report.js';

/** A parameter, and what each trial had for it: undefined where it was not there. */
export interface TriedParameter {
  readonly name: string;
  readonly kind: 'number' | 'word';
  readonly texts: readonly (string | undefined)[];
}

export function parametersOf(trials: readonly ReportedTrial[]): TriedParameter[] {
  return Object.keys(trials[0]?.labels ?? {}).map((name) => {
    const texts = trials.map(({ labels }) => labels[name] || undefined);
    const isNumber = texts.every((text) => text === undefined || Number.isFinite(Number(text)));
    return { name, kind: isNumber ? 'number' : 'word', texts };
  });
}

/** The fewest trials of which anything can be said. */
const FEWEST = 5;

/** A parameter, and which share of the differences in the metric it explains; undefined where too few trials have it. */
export interface Importance {
  readonly name: string;
  readonly share: number | undefined;
}

/**
 * How much of the differences in the metric each parameter explains by itself, the most first: numbers in up to five groups of
 * about as many trials. Where trials were stopped early, by what each had reached when the first ones were.
 */
export const importances = (
  parameters: readonly TriedParameter[],
  trials: readonly ReportedTrial[],
): readonly Importance[] =>
  parameters
    .map(({ name, kind, texts }) => {
      const rows = trials.flatMap(({ early = Number.NaN }, i) => {
        const text = texts[i];
        return text === undefined || !Number.isFinite(early) ? [] : [{ text, early }];
      });
      if (rows.length < FEWEST) return { name, share: undefined };
      const keys = kind === 'number' ? groupsOf(rows.map(({ text }) => Number(text))) : rows.map(({ text }) => text);
      const values = rows.map(({ early }) => early);
      return { name, share: explainedVariance(keys, values) };
    })
    .toSorted((a, b) => (b.share ?? -1) - (a.share ?? -1));
