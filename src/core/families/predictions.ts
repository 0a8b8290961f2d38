/** What metrics have in common: what the network says of each sample, and what is true. */
import { RunError } from '../errors.js';
import type { Step } from '../kinds.js';
import { unscaled } from '../scaling.js';
import { sigmoid } from '../sigmoid.js';
import { largestColumn } from '../tensor.js';
import { logSumOfExponentials } from './log-softmax.js';

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

/**
 * Calls `count` for each class that the network says of a sample, or that is there, or both: one or two a sample. Where the
 * columns are questions of yes or no, a logit above 0 says yes, and a target of at least ½ is one.
 */
export function countDecisions(step: Step, count: (column: number, isSaid: boolean, isThere: boolean) => void): void {
  if (step.labels !== undefined) {
    countPredictions(step, (label, predicted) => {
      count(predicted, true, predicted === label);
      if (predicted !== label) count(label, false, true);
    });
    return;
  }
  countAnswers(step, (column, isSaid, isThere) => {
    if (isSaid || isThere) count(column, isSaid, isThere);
  });
}

/** Calls `count` for each question of yes or no, whatever the answers are. */
export function countAnswers({ x, t }: Step, count: (column: number, isSaid: boolean, isThere: boolean) => void): void {
  if (t === undefined) throw new RunError('the samples have no targets to compare with');
  const columns = x.shape[1];
  for (const [i, logit] of x.data.entries()) count(i % columns, logit > 0, t.data[i] >= 0.5);
}

/** Calls `see` with the probabilities of each sample, [C], which are written anew for the next one. */
export function seeProbabilities(
  { x, outputs }: Step,
  see: (probabilities: Float64Array, sample: number) => void,
): void {
  const [B, columns] = x.shape;
  const row = new Float64Array(columns);
  for (let b = 0; b < B; b++) {
    const start = b * columns;
    const logSum = outputs === 'logits' ? logSumOfExponentials(x.data, start, columns) : 0;
    for (let j = 0; j < columns; j++) {
      const value = x.data[start + j];
      if (outputs === 'logits') row[j] = Math.exp(value - logSum);
      else row[j] = outputs === 'binaryLogits' ? sigmoid(value) : value;
    }
    see(row, b);
  }
}

/** Calls `see` with each number that the network says, and with the target, both in the target's own units. */
export function seeTargets(
  { x, t, targetScaling }: Step,
  see: (said: number, target: number, column: number) => void,
): void {
  if (t === undefined) throw new RunError('the samples have no targets to compare with');
  const columns = x.shape[1];
  for (let i = 0; i < x.data.length; i++) {
    const own = (value: number) => (targetScaling === undefined ? value : unscaled(value, i, targetScaling));
    see(own(x.data[i]), own(t.data[i]), i % columns);
  }
}

export const sumOf = (numbers: Iterable<number>): number => {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
};
