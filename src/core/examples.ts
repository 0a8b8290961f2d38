/** Some of the examples of a data set, and what is remarked of all. */
import type { Examples, Split } from './kinds.js';
import { pickRows, rowCount } from './row-stream.js';
import { type Floats, sizeOf, type Tensor } from './tensor.js';

/** How many examples there are. */
export const exampleCount = ({ features, shape, stream }: Examples): number =>
  stream === undefined ? features.length / sizeOf(shape) : rowCount(stream);

/** The examples from `first` up to, but without, `end`: views of the same memory. */
export const sliceExamples = (examples: Examples, first: number, end: number): Examples => {
  const width = sizeOf(examples.shape);
  return {
    ...examples,
    features: examples.features.subarray(first * width, end * width),
    ...(examples.stream && { stream: pickRows(examples.stream, range(first, Math.min(end, exampleCount(examples)))) }),
    labels: examples.labels?.subarray(first, end),
    targets: examples.targets && rowsOf(examples.targets, (data, m) => data.subarray(first * m, end * m)),
    weights: examples.weights?.subarray(first, end),
    ...(examples.paths && { paths: examples.paths.slice(first, end) }),
  };
};

/** first, first + 1, ..., end - 1 */
const range = (first: number, end: number): Int32Array =>
  Int32Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);

/** The examples of these rows, copied, but for streamed features. A label no longer stands where its file had it, so the file is not named. */
export const pickExamples = ({ labelsPath: _, ...examples }: Examples, rows: ArrayLike<number>): Examples => ({
  ...examples,
  features: examples.stream === undefined ? pick(examples.features, rows, sizeOf(examples.shape)) : examples.features,
  ...(examples.stream && { stream: pickRows(examples.stream, rows) }),
  labels: examples.labels && pick(examples.labels, rows, 1),
  targets: examples.targets && rowsOf(examples.targets, (data, m) => pick(data, rows, m)),
  weights: examples.weights && pick(examples.weights, rows, 1),
  ...(examples.paths && { paths: Array.from(rows, (row) => examples.paths?.[row] ?? '') }),
});

/** Some rows of a matrix [n, m]. */
function rowsOf({ shape: [, m], data }: Tensor, choose: (data: Floats, m: number) => Floats): Tensor {
  const chosen = choose(data, m);
  return { shape: [chosen.length / m, m], data: chosen };
}

/** Rows of so many numbers each; those that follow one another are copied at once. */
function pick<Numbers extends Examples['features']>(from: Numbers, rows: ArrayLike<number>, width: number): Numbers {
  const picked = new (from.constructor as new (length: number) => Numbers)(rows.length * width);
  for (let first = 0, end = 1; first < rows.length; first = end, end++) {
    while (rows[end] === rows[first] + end - first) end++;
    picked.set(from.subarray(rows[first] * width, (rows[first] + end - first) * width), first * width);
  }
  return picked;
}

/** The remarks of all splits: what is not said of each of them begins with those that it is said of. */
export function remarksOn(all: readonly Pick<Examples, 'split' | 'origin'>[]): string | undefined {
  const splitsOf = new Map<string, Split[]>();
  for (const { split, origin } of all) {
    if (origin.remark !== undefined) splitsOf.set(origin.remark, [...(splitsOf.get(origin.remark) ?? []), split]);
  }
  const remarks = [...splitsOf].map(([remark, splits]) =>
    splits.length === all.length ? remark : `${splits.join(' and ')}: ${remark}`,
  );
  return remarks.length === 0 ? undefined : remarks.join('; ');
}
