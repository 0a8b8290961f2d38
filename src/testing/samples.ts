import type { Batch, Examples, Step } from '../core/kinds.js';
import { type DType, type Tensor, tensor, zeros } from '../core/tensor.js';

/** Small numbers, written by hand. */
type Rows = readonly (readonly number[])[];

/**
 * A batch of these rows, for a marble. With labels it also has one-hot targets, as wide as the rows are unless `classes`
 * says otherwise.
 */
export function batchOf(
  rows: Rows,
  options: { readonly labels?: readonly number[]; readonly classes?: number; readonly dtype?: DType } = {},
): Batch {
  const { labels, dtype = 'float32' } = options;
  const x = tensor(rows, dtype);
  return {
    split: 'train',
    epoch: 1,
    step: 1,
    steps: 1,
    x,
    t: labels && oneHotRows(labels, options.classes ?? x.shape[1], dtype),
    labels: Int32Array.from(labels ?? rows.map(() => 0)),
    tape: [],
  };
}

/** A step of these outputs, with this loss: what a reducer gets. */
export const stepOf = (rows: Rows, options: { readonly labels: readonly number[]; readonly loss?: number }): Step => {
  const batch = batchOf(rows, options);
  return { ...batch, loss: options.loss ?? 0, dx: zeros(batch.x.shape) };
};

/** A data set of these features, one row a sample. */
export const examplesOf = (
  rows: Rows,
  options: { readonly labels?: readonly number[]; readonly classes?: number } = {},
): Examples => ({
  split: 'train',
  epoch: 1,
  shape: [rows[0]?.length ?? 0],
  features: Float64Array.from(rows.flat()),
  scaling: { mean: 0, std: 1 },
  labels: Int32Array.from(options.labels ?? rows.map(() => 0)),
  classes: options.classes,
  origin: { source: 'test' },
});

function oneHotRows(labels: readonly number[], classes: number, dtype: DType): Tensor {
  const t = zeros([labels.length, classes], dtype);
  labels.forEach((label, row) => {
    t.data[row * classes + label] = 1;
  });
  return t;
}
