/** Counts predictions by true class and predicted class: what `accuracy` and `confusionMatrix` share. */
import type { Step } from '../kinds.js';
import { largestColumn } from '../tensor.js';

export interface ConfusionCounts {
  /** Rows are true classes, columns predicted ones. */
  readonly matrix: readonly (readonly number[])[];
  add(step: Step): void;
  accuracy(): number;
  /** NaN for a class that did not occur. */
  accuracyByClass(): number[];
}

export function confusionCounts(classes: number): ConfusionCounts {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const right = () => matrix.reduce((sum, row, label) => sum + row[label], 0);
  return {
    matrix,
    add({ x, labels }) {
      for (let b = 0; b < labels.length; b++) matrix[labels[b]][largestColumn(x.data, b * classes, classes)]++;
    },
    accuracy: () => right() / total(matrix.flat()),
    accuracyByClass: () => matrix.map((row, label) => row[label] / total(row)),
  };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
