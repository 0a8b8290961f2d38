import type { Batch, Examples, Outputs, Step } from '../core/kinds.js';
import { type DType, type NestedRows, type Tensor, tensor, zeros } from '../core/tensor.js';
import { requireRows, requireTruth } from './arguments.js';

/** What is known of samples: their classes, or real-valued targets, one row a sample, which then count. */
export interface Truth {
  readonly labels?: readonly number[] | undefined;
  readonly targets?: readonly (readonly number[])[] | undefined;
  /** How much each sample counts in the loss; all the same if left out. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * A batch of these samples, for a marble: rows of numbers, or nested deeper, `[[[1, 2], [3, 4]]]` for one picture. With
 * labels it also has one-hot targets, as wide as the rows are unless `classes` says otherwise.
 */
export function batchOf(
  rows: NestedRows,
  options: Truth & { readonly classes?: number; readonly dtype?: DType } = {},
): Batch {
  requireRows('batchOf', rows);
  const { labels, targets, dtype = 'float32' } = options;
  if (labels !== undefined || targets !== undefined) requireTruth('batchOf', rows, targets ?? labels);
  const x = tensor(rows, dtype);
  const weights = options.weights && Float64Array.from(options.weights);
  const batch = { split: 'train', epoch: 1, step: 1, steps: 1, x, weights, tape: [] } as const;
  if (targets !== undefined) return { ...batch, t: tensor(targets, dtype), labels: undefined };
  if (labels === undefined) return { ...batch, t: undefined, labels };
  return { ...batch, t: oneHotRows(labels, options.classes ?? x.shape[1], dtype), labels: Int32Array.from(labels) };
}

/** A step of these outputs, with this loss, which takes them for `outputs`: what a metric gets. */
export const stepOf = (
  rows: NestedRows,
  options: Truth & { readonly loss?: number; readonly outputs?: Outputs | undefined; readonly dtype?: DType },
): Step => {
  const batch = batchOf(rows, options);
  return { ...batch, loss: options.loss ?? 0, dx: zeros(batch.x.shape, options.dtype), outputs: options.outputs };
};

/** A data set of these features, one row a sample, or nested deeper. */
export const examplesOf = (rows: NestedRows, options: Truth & { readonly classes?: number } = {}): Examples => {
  requireRows('examplesOf', rows);
  const truth = options.targets ?? options.labels;
  if (truth !== undefined) requireTruth('examplesOf', rows, truth);
  const {
    shape: [, ...shape],
    data: features,
  } = tensor(rows, 'float64');
  return {
    split: 'train',
    epoch: 1,
    shape,
    features,
    scaling: { mean: 0, std: 1 },
    ...(options.labels && { labels: Int32Array.from(options.labels) }),
    ...(options.targets && { targets: tensor(options.targets, 'float64') }),
    ...(options.weights && { weights: Float64Array.from(options.weights) }),
    classes: options.classes,
    origin: { source: 'test' },
  };
};

/** @throws RangeError for a label that has no column. */
function oneHotRows(labels: readonly number[], classes: number, dtype: DType): Tensor {
  const wrong = labels.find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong !== undefined) throw new RangeError(`expected labels from 0 to ${classes - 1}, found ${wrong}`);
  const t = zeros([labels.length, classes], dtype);
  labels.forEach((label, row) => {
    t.data[row * classes + label] = 1;
  });
  return t;
}
