/** What metrics of classes have in common: the class that a network takes each sample for. */
import { RunError } from '../errors.js';
import type { Step } from '../kinds.js';
import { largestColumn } from '../tensor.js';

/**
 * Calls `count` with the true class of each sample of x [B, C], and with the class of its largest output.
 *
 * @throws RunError where samples have no labels, or the network says NaN.
 */
export function countPredictions({ x, labels }: Step, count: (label: number, predicted: number) => void): void {
  if (labels === undefined) throw new RunError('the samples have no labels to compare with');
  const classes = x.shape[1];
  for (let b = 0; b < labels.length; b++) {
    const predicted = largestColumn(x.data, b * classes, classes);
    if (predicted === -1) throw new RunError(`the network says NaN of sample ${b} of the batch, which is no class`);
    count(labels[b], predicted);
  }
}

export const sumOf = (numbers: Iterable<number>): number => {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
};
