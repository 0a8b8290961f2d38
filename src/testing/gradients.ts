import type { OperatorFunction } from 'rxjs';
import { numericalGradient } from '../core/inspect/numerical-gradient.js';
import { through } from '../core/inspect/through.js';
import type { Batch, Step } from '../core/kinds.js';
import { copyOf, type NestedRows, type Tensor, zeros } from '../core/tensor.js';
import { batchOf } from './samples.js';

/**
 * How far a network stage's backward pass is from the numerical gradient of its forward pass, in float64: the largest
 * difference over its input and all its parameters, relative where the gradient is above 1. Below 1e-6 it is right.
 *
 * A difference taken across a corner, such as relu's at 0, means nothing: keep the rows away from it. And a stage that
 * draws, such as dropout, must draw the same each time.
 */
export function gradientError(stage: OperatorFunction<Batch, Batch>, rows: NestedRows): number {
  const batch = batchOf(rows, { dtype: 'float64' });
  const first = through(stage, batch);
  const dout = unevenWeights(first.x);
  const objective = () => dot(through(stage, batch).x, dout);

  const entry = first.tape[first.tape.length - 1];
  const dx = entry.pullback(dout, true);
  if (dx === undefined) throw new TypeError('the pullback gave no gradient for the input');
  const input = copyOf(dx); // before the numerical gradient calls forward again, and its buffers are written anew
  const gradients = entry.parameters.map(({ gradient }) => copyOf(gradient));

  return Math.max(
    largestDifference(input, numericalGradient(objective, batch.x)),
    ...entry.parameters.map(({ value }, i) => largestDifference(gradients[i], numericalGradient(objective, value))),
  );
}

/**
 * The same for a loss stage: its `dx` against the numerical gradient of its loss.
 *
 * @param truth a label a sample, or a row of real-valued targets a sample
 */
export function lossGradientError(
  stage: OperatorFunction<Batch, Step>,
  rows: NestedRows,
  truth: readonly number[] | readonly (readonly number[])[],
): number {
  const batch = batchOf(rows, { ...(isLabels(truth) ? { labels: truth } : { targets: truth }), dtype: 'float64' });
  const dx = copyOf(through(stage, batch).dx);
  return largestDifference(
    dx,
    numericalGradient(() => through(stage, batch).loss, batch.x),
  );
}

const isLabels = (truth: readonly unknown[]): truth is readonly number[] => typeof truth[0] === 'number';

/** A different weight for each output, so that no two of their gradients can be mistaken for one another. */
function unevenWeights({ shape }: Tensor): Tensor {
  const weights = zeros(shape, 'float64');
  for (let i = 0; i < weights.data.length; i++) weights.data[i] = Math.sin(i + 1);
  return weights;
}

const dot = (a: Tensor, b: Tensor): number => Array.from(a.data, (value, i) => value * b.data[i]).reduce(sum, 0);

const sum = (total: number, value: number): number => total + value;

const largestDifference = (found: Tensor, expected: Tensor): number =>
  Array.from(expected.data, (value, i) => Math.abs(found.data[i] - value) / Math.max(1, Math.abs(value))).reduce(
    larger,
  );

/** NaN counts as larger than any number. */
const larger = (a: number, b: number): number => Math.max(a, b);
