/**
 * Snapshots: what a value was at the moment when a stage emitted it. Buffers are written anew with every batch, so what is
 * to be looked at later is put into numbers at once.
 */
import { exampleCount } from '../examples.js';
import type { Examples, Kind, Kinds, Parameter, Scaling, Split } from '../kinds.js';
import { scaled } from '../scaling.js';
import type { Shape, Tensor } from '../tensor.js';

/** A tensor in a few numbers. */
export interface TensorSnapshot {
  readonly shape: Shape;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** The first of its numbers, in row-major order, or all of them. */
  readonly values: readonly number[];
}

/** A value that flowed, in a few numbers. Fields that its kind does not have are left out. */
export interface Snapshot {
  readonly kind: Kind;
  readonly split: Split;
  readonly epoch?: number;
  readonly step?: number;
  /** Of a step: the mean over its batch, before any update. */
  readonly loss?: number;
  /** Of a metric: its name and value, and what it is made of. */
  readonly metric?: string;
  readonly value?: number;
  readonly byClass?: readonly number[];
  readonly matrix?: readonly (readonly number[])[];
  /** Of examples: x = (feature - mean) / std. */
  readonly scaling?: Scaling;
  /** Of examples: how wide a one-hot target is. */
  readonly classes?: number;
  /** The first labels, or all of them. */
  readonly labels?: readonly number[];
  /** By name: `x`, `t`, `dx`; `network.0.W` and its gradient `network.0.dW`. */
  readonly tensors: Readonly<Record<string, TensorSnapshot>>;
}

/** How many numbers of each tensor a snapshot keeps. */
export type ValueCount = number | 'all';

/** @param learned parameters to show with a step, where they and their gradients belong to it */
export function snapshotOf(value: Kinds[Kind], count: ValueCount, learned: readonly Parameter[] = []): Snapshot {
  if (typeof value === 'string') return { kind: 'split', split: value, tensors: {} };
  const { split, epoch } = value;
  if ('features' in value) {
    const { scaling, classes, labels, targets } = value;
    return {
      kind: 'examples',
      split,
      scaling,
      ...(classes !== undefined && { classes }),
      ...(labels && { labels: firstOf(labels, count) }),
      tensors: { x: scaledSnapshot(value, count), ...(targets && { t: tensorSnapshot(targets, count) }) },
    };
  }
  if ('value' in value) {
    const { step, name: metric, value: number, byClass, matrix } = value;
    return {
      kind: 'metric',
      split,
      epoch,
      step,
      metric,
      value: number,
      ...(byClass && { byClass }),
      ...(matrix && { matrix }),
      tensors: {},
    };
  }
  const { step, labels, x, t } = value;
  const tensors = { x: tensorSnapshot(x, count), ...(t && { t: tensorSnapshot(t, count) }) };
  const common = { split, epoch, step, ...(labels && { labels: firstOf(labels, count) }) };
  if (!('dx' in value)) return { kind: 'batch', ...common, tensors };
  const parameters = Object.assign({}, ...learned.map((parameter) => parameterSnapshots(parameter, count)));
  const dx = tensorSnapshot(value.dx, count);
  return { kind: 'step', ...common, loss: value.loss, tensors: { ...tensors, dx, ...parameters } };
}

const parameterSnapshots = ({ name, value, gradient }: Parameter, count: ValueCount): Snapshot['tensors'] => ({
  [name]: tensorSnapshot(value, count),
  [gradientName(name)]: tensorSnapshot(gradient, count),
});

/** `network.0.dW` for `network.0.W` */
const gradientName = (parameter: string): string => parameter.replace(/[^.]*$/, 'd$&');

export const tensorSnapshot = ({ shape, data }: Tensor, count: ValueCount): TensorSnapshot => ({
  shape,
  ...rangeOf(data),
  values: firstOf(data, count),
});

/** Examples as a batcher will read them: scaled. */
function scaledSnapshot(examples: Examples, count: ValueCount): TensorSnapshot {
  const { shape, features, scaling } = examples;
  return {
    shape: [exampleCount(examples), ...shape],
    ...rangeOf(features, (feature, i) => scaled(feature, i, scaling)),
    values: firstOf(features, count).map((feature, i) => scaled(feature, i, scaling)),
  };
}

/** A loop over all numbers: a data set has 47 million numbers. NaN anywhere shows in all three. */
function rangeOf(
  numbers: ArrayLike<number>,
  read = (value: number, _i: number): number => value,
): Pick<TensorSnapshot, 'min' | 'max' | 'mean'> {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = read(numbers[i], i);
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { min, max, mean: sum / numbers.length };
}

const firstOf = (numbers: ArrayLike<number>, count: ValueCount): number[] =>
  Array.from({ length: count === 'all' ? numbers.length : Math.min(count, numbers.length) }, (_, i) => numbers[i]);
