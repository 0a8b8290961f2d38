/** Counts predictions by true class and predicted class: what `accuracy` and `confusionMatrix` share. */
import { RunError } from '../errors.js';
import type { Step } from '../kinds.js';
import { type Stateful, stateOf } from '../state.js';
import { largestColumn, zeros } from '../tensor.js';

export interface ConfusionCounts {
  add(step: Step): void;
  /** Rows are true classes, columns predicted ones. */
  matrix(): number[][];
  accuracy(): number;
  /** NaN for a class that did not occur. */
  accuracyByClass(): number[];
  readonly state: Stateful;
}

export function confusionCounts(classes: number): ConfusionCounts {
  const counts = zeros([classes, classes], 'float64');
  const rows = Array.from({ length: classes }, (_, c) => counts.data.subarray(c * classes, (c + 1) * classes));
  return {
    add({ x, labels }) {
      if (labels === undefined) throw new RunError('the samples have no labels to compare with');
      for (let b = 0; b < labels.length; b++) rows[labels[b]][largestColumn(x.data, b * classes, classes)]++;
    },
    matrix: () => rows.map((row) => Array.from(row)),
    accuracy: () => rows.reduce((right, row, label) => right + row[label], 0) / total(counts.data),
    accuracyByClass: () => rows.map((row, label) => row[label] / total(row)),
    state: stateOf({ counts }),
  };
}

const total = ([...counts]: Iterable<number>): number => counts.reduce((sum, count) => sum + count, 0);
