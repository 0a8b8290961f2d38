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

/**
 * How much of the differences in the metric each parameter explains by itself, the most first: numbers in five groups of about
 * as many trials. Where trials were stopped early, by what each had reached when the first ones were.
 */
export function importances(
  parameters: readonly TriedParameter[],
  trials: readonly ReportedTrial[],
): (readonly [name: string, share: number])[] {
  const all = parameters.map(({ name, kind, texts }) => {
    const rows = trials.flatMap(({ early }, i) => {
      const text = texts[i];
      return text === undefined || early === undefined || !Number.isFinite(early) ? [] : [{ text, early }];
    });
    if (rows.length < FEWEST) return [name, Number.NaN] as const;
    const keys = kind === 'number' ? groupsOf(rows.map(({ text }) => Number(text))) : rows.map(({ text }) => text);
    return [
      name,
      explainedVariance(
        keys,
        rows.map(({ early }) => early),
      ),
    ] as const;
  });
  return all.toSorted(([, a], [, b]) => (b || 0) - (a || 0));
}
