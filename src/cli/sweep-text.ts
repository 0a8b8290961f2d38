/** What is said of the trials of a sweep. */
import { printable } from '../core/printable.js';
import { reasonInTrial } from '../core/sweep/failure.js';
import type { SweepResult, TrialResult } from '../node/sweep/sweep-events.js';
import { calledAs } from './called-as.js';
import { plural } from './format-count.js';
import { formatMetric } from './format-metric.js';
import { quoted } from './text/quoted.js';
import { formatTable } from './text/table.js';

/** `units=50 sgd.learningRate=0.03` */
export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  printable(
    Object.entries(labels)
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `${name}=${text}`)
      .join(' '),
  );

/** `12.3 s`, `2 min 5 s` */
export const durationText = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** The trials, the best one first: what each tried, and what came of it; then why some failed. */
export function trialsText({ trials, metric }: SweepResult): string {
  const names = Object.keys(trials[0]?.labels ?? {});
  const rows = trials.map((one) => [
    String(one.trial),
    ...names.map((name) => printable(one.labels[name] ?? '')),
    one.value === undefined ? '' : formatMetric(one.value),
    String(one.epochs),
    one.seconds.toFixed(1),
    one.status,
  ]);
  const table = formatTable(rows, {
    heading: ['trial', ...names.map(printable), metric, 'epochs', 'seconds', 'status'],
    alignRight: [0, names.length + 1, names.length + 2, names.length + 3],
  });
  return table + failuresText(trials);
}

/** Why trials failed, a line for each reason: `trials 3, 5 failed: pipeline.yaml:18:5: dense: ...`. */
function failuresText(trials: readonly TrialResult[]): string {
  const numbers = new Map<string, number[]>();
  for (const { trial, status, reason = '' } of trials) {
    const why = reasonInTrial(reason);
    if (status === 'failed') numbers.set(why, [...(numbers.get(why) ?? []), trial]);
  }
  return Array.from(numbers, ([reason, failed]) => {
    const sorted = failed.toSorted((a, b) => a - b);
    return `${sorted.length === 1 ? 'trial' : 'trials'} ${sorted.join(', ')} failed: ${printable(reason)}\n`;
  }).join('');
}

/** `trial 7 of 40 is the best: validation.accuracy 0.9833, test loss 0.0612 accuracy 0.9826` */
export function bestText({ best, metric, trials }: SweepResult): string {
  if (best === undefined) return `none of ${plural(trials.length, 'trial')} came to its end`;
  const { test } = best.metrics;
  const figures = Object.entries(test ?? {}).map(([name, value]) => `${printable(name)} ${formatMetric(value)}`);
  const tested = test === undefined ? '' : `, test ${figures.join(' ')}`;
  const value = best.value === undefined ? '' : formatMetric(best.value);
  return `trial ${best.trial} of ${trials.length} is the best: ${metric} ${value}${tested}`;
}

/** That there were fewer trials than were asked for. */
export const noMoreText = (trials: number, asked: number): string =>
  `${plural(trials, 'trial')}, not ${asked}: there are no more that differ`;

/** How a sweep that was left goes on. */
export const leftSweepText = (folder: string, isQueued: boolean): string =>
  isQueued
    ? `to go on with it: ${calledAs} sweep ${quoted(folder)}, with --queue and --store as before`
    : `to go on with it: ${calledAs} resume ${quoted(folder)}`;
