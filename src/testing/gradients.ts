import type { OperatorFunction } from 'rxjs';
import { type Comparison, LIMIT } from '../core/inspect/gradient-comparison.js';
import { meanProblem } from '../core/inspect/loss-is-mean.js';
import { numericalGradient } from '../core/inspect/numerical-gradient.js';
import { moveOffFirstValues } from '../core/inspect/off-values.js';
import {
  changedOutput,
  changeOf,
  lastRows,
  otherRows,
  otherRowsProblem,
  rowsProblem,
} from '../core/inspect/second-batch.js';
import type { Batch, Step, TapeEntry } from '../core/kinds.js';
import { copyOf, indexIn, type NestedRows, type Tensor, zeros } from '../core/tensor.js';
import { through } from '../core/through.js';
import { requireRows, requireStage, requireTruth } from './arguments.js';
import { batchOf } from './samples.js';

/**
 * How far a network stage's backward pass is from the numerical gradient of its forward pass, in float64: the largest
 * difference over its input and all its parameters, relative where the gradient is above 1. Below 1e-6 it is right.
 *
 * The rows go there and back twice, which must change nothing. Where the gradient is right, as many other rows are sent,
 * and the last of them alone, so that one which keeps something or goes by the number of rows is found: a single row is sent
 * in a batch of two at first. Parameters are a little off their values meanwhile: 1 and 0 hide that a pullback forgets them.
 *
 * A difference taken across a corner, such as relu's at 0, means nothing: keep the rows away from it. And a stage that
 * draws, such as dropout, must draw the same for each batch.
 *
 * @throws Error that names the stage, and what is wrong with it, where its gradient is right in a first batch alone.
 */
export function gradientError(stage: OperatorFunction<Batch, Batch>, rows: NestedRows): number {
  const name = requireStage('gradientError', stage, 'batch');
  requireRows('gradientError', rows);
  const orders = ordersOf(rows);
  const batchFor = (order: readonly number[]): Batch => batchOf(order.map((row) => rows[row]) as NestedRows, FLOAT64);
  const parameters = requireTape(name, through(stage, batchFor(orders.first)).tape).flatMap(
    (entry) => entry.parameters,
  );
  const values = parameters.map(({ value }) => copyOf(value));
  for (const { value } of parameters) moveOffFirstValues(value);
  const subjectOf = (order: readonly number[]): Subject => {
    const batch = batchFor(order);
    const dout = unevenWeights(through(stage, batch).x);
    return {
      pass() {
        const { x, tape } = through(stage, batch);
        const output = copyOf(x);
        const entries = requireTape(name, tape);
        const back = (dy: Tensor | undefined, { pullback }: TapeEntry) => dy && pullback(dy, true);
        const dx = entries.reduceRight<Tensor | undefined>(back, copyOf(dout));
        if (dx === undefined) throw new TypeError(`${name}: the pullback gave no gradient for the input`);
        const parameters = entries.flatMap((entry) =>
          entry.parameters.map(({ name, value, gradient }) => ({
            of: `its parameter ${name}`,
            value,
            gradient: copyOf(gradient),
          })),
        );
        return { output, sides: [{ of: 'its input x', value: batch.x, gradient: copyOf(dx) }, ...parameters] };
      },
      objective: () => dot(through(stage, batch).x, dout),
    };
  };
  try {
    return errorOf(name, orders, subjectOf);
  } finally {
    for (const [i, { value }] of parameters.entries()) value.data.set(values[i].data);
  }
}

const FLOAT64 = { dtype: 'float64' } as const;

/**
 * The same for a loss stage: its `dx` against the numerical gradient of its loss.
 *
 * @param truth a label a sample, or a row of real-valued targets a sample
 * @throws as `gradientError` does. A loss whose gradient is right, and that is no mean over samples, gets a warning on the
 * console.
 */
export function lossGradientError(
  stage: OperatorFunction<Batch, Step>,
  rows: NestedRows,
  truth: readonly number[] | readonly (readonly number[])[],
): number {
  const name = requireStage('lossGradientError', stage, 'step');
  requireRows('lossGradientError', rows);
  requireTruth('lossGradientError', rows, truth);
  const batchFor = (order: readonly number[]): Batch => {
    const known = order.map((row) => truth[row]) as typeof truth;
    return batchOf(order.map((row) => rows[row]) as NestedRows, {
      ...(isLabels(known) ? { labels: known } : { targets: known as number[][] }),
      ...FLOAT64,
    });
  };
  const error = errorOf(name, ordersOf(rows), (order) => {
    const batch = batchFor(order);
    return {
      pass() {
        const { loss, dx } = through(stage, batch);
        const output: Tensor = { shape: [1], data: Float64Array.of(loss) };
        return { output, sides: [{ of: 'its input x', value: batch.x, gradient: copyOf(dx) }] };
      },
      objective: () => through(stage, batch).loss,
    };
  });
  if (error <= LIMIT) warnOfSum(name, rows.length, (order) => through(stage, batchFor(order)).loss);
  return error;
}

/** Unusual, and not wrong: where each row stands twice, the loss is another one. */
function warnOfSum(name: string, count: number, lossOf: (order: readonly number[]) => number): void {
  const all = Array.from({ length: count }, (_, row) => row);
  const problem = meanProblem(count, lossOf(all), lossOf([...all, ...all]));
  if (problem !== undefined) console.warn(`lossGradientError: ${name}: ${problem}`);
}

/** A stage with a batch of its own. */
interface Subject {
  /** There and back. */
  pass(): Pass;
  /** What the gradients are the slopes of. */
  objective(): number;
}

interface Pass {
  readonly output: Tensor;
  readonly sides: readonly Side[];
}

/** One gradient, as the way back says. */
interface Side {
  /** `its parameter W` */
  readonly of: string;
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/** Which rows a batch has. */
interface Orders {
  readonly first: readonly number[];
  /** As many, but other ones. */
  readonly others: readonly number[];
  readonly last: readonly number[];
}

/** All rows, or the only one twice; then others. */
function ordersOf(rows: NestedRows): Orders {
  const first = rows.length === 1 ? [0, 0] : rows.map((_, row) => row);
  return { first, others: otherRows(first), last: lastRows(first) };
}

/** @param subjectOf the stage with some of the rows */
function errorOf(
  name: string,
  { first, others, last }: Orders,
  subjectOf: (order: readonly number[]) => Subject,
): number {
  const errors: number[] = [];
  /** @returns what was passed; undefined where the gradient is wrong. */
  const check = (order: readonly number[], problemOf?: (worst: Comparison) => string): Pass | undefined => {
    const subject = subjectOf(order);
    const once = subject.pass();
    requireSame(name, once, subject.pass());
    const { error, of, worst } = largestError(once, subject);
    errors.push(error);
    if (error <= LIMIT) return once;
    if (problemOf === undefined) return undefined;
    throw new Error(`${name}: the gradient of ${of} is wrong: ${problemOf(worst)}`);
  };
  const B = first.length;
  if (check(first) !== undefined) {
    const once = check(others, (worst) => otherRowsProblem(worst, B));
    check(last, (worst) => rowsProblem(worst, B, last.length));
    // behind a batch with another number of rows, what was kept for that number is computed anew
    if (once !== undefined) requireSame(name, once, subjectOf(others).pass());
  }
  return Math.max(...errors);
}

/** @throws Error when the same batch gives something else the second time. */
function requireSame(name: string, once: Pass, again: Pass): void {
  const other = changeOf(again.output, once.output);
  if (other !== undefined) throw new Error(`${name}: ${changedOutput(other)}`);
  for (const [i, { of, gradient }] of once.sides.entries()) {
    const change = changeOf(again.sides[i].gradient, gradient);
    if (change !== undefined) throw new Error(`${name}: the gradient of ${of} is wrong: ${change.problem}`);
  }
}

interface Largest {
  readonly error: number;
  readonly of: string;
  readonly worst: Comparison;
}

/** NaN counts as larger than any number. */
function largestError({ sides }: Pass, { objective }: Subject): Largest {
  const all = sides.flatMap(({ of, value, gradient }): Largest[] =>
    Array.from(numericalGradient(objective, value).data, (difference, i) => {
      const backward = gradient.data[i];
      const error = Math.abs(backward - difference) / Math.max(1, Math.abs(difference));
      return { error, of, worst: { index: indexIn(value.shape, i), backward, difference } };
    }),
  );
  return all.reduce((most, one) => (one.error <= most.error ? most : one));
}

function requireTape(name: string, tape: readonly TapeEntry[]): readonly TapeEntry[] {
  if (tape.length === 0) throw new TypeError(`${name} puts no pullback on the tape, so it has no gradient`);
  return tape;
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
