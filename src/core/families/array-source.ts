/** Arrays that NumPy saved as a data set: what the sources `npy` and `npz` share. */
import { DataError } from '../errors.js';
import type { NumberArray } from '../host.js';
import type { Examples, LabelSpec, SourceSplit } from '../kinds.js';
import type { RowStream } from '../row-stream.js';
import { formatShape, largestColumn, sizeOf } from '../tensor.js';
import { isClass, LARGEST_CLASS } from './class-number.js';

/** An array, and where it is from, for messages: `x.npz: y_train`. */
export interface PlacedArray extends NumberArray {
  readonly path: string;
  /** Where its numbers are read from while they are learned from; `data` is empty then. */
  readonly stream?: RowStream | undefined;
}

/** The arrays of a split. */
export interface SplitArrays {
  readonly features: PlacedArray;
  /** Whole numbers are classes, others real-valued targets. */
  readonly labels: PlacedArray | undefined;
}

/** A split, as examples hold it. */
export type ArrayExamples = Pick<Examples, 'shape' | 'features' | 'stream' | 'labels' | 'targets'> & {
  readonly count: number;
};

/** @throws DataError where the arrays do not belong together. */
export function arrayExamples({ features, labels }: SplitArrays): ArrayExamples {
  const [count = 0, ...shape] = features.shape;
  if (shape.length === 0 || sizeOf(features.shape) === 0) {
    const found = `an array of the shape ${formatShape(features.shape)}`;
    throw new DataError(features.path, `found ${found}, expected samples, [n, ...]; labels are another array`);
  }
  const known = { shape, features: features.data, stream: features.stream, count };
  if (labels === undefined) return known;
  const [n, ...rest] = labels.shape;
  const columns = sizeOf(rest);
  if (n !== count) {
    const wanted = `${count}, as many as there are samples in ${features.path}`;
    throw new DataError(
      labels.path,
      `found ${n ?? 'a single number'} of the shape ${formatShape(labels.shape)}, expected ${wanted}`,
    );
  }
  if (rest.length > 1) {
    throw new DataError(
      labels.path,
      `found the shape ${formatShape(labels.shape)}, expected one label a sample, [n], or [n, m] real numbers`,
    );
  }
  return labels.isWhole && columns === 1
    ? { ...known, labels: classesIn(labels) }
    : { ...known, targets: { shape: [count, columns], data: Float64Array.from(labels.data) } };
}

function classesIn({ path, data }: PlacedArray): Uint8Array | Int32Array {
  if (data instanceof Uint8Array) return data;
  const wrong = data.findIndex((label: number) => !isClass(label));
  if (wrong === -1) return Int32Array.from(data);
  throw new DataError(path, `found the label ${data[wrong]} at sample ${wrong}, expected 0 to ${LARGEST_CLASS}`);
}

/** How many classes the labels of all splits are of, and who says so. */
export function classesOfArrays(
  examples: ReadonlyMap<SourceSplit, ArrayExamples>,
  pathOf: (split: SourceSplit) => string,
): LabelSpec | undefined {
  const found = [...examples].flatMap(([split, { labels }]) => {
    if (labels === undefined) return [];
    return [{ classes: labels[largestColumn(labels, 0, labels.length)] + 1, from: pathOf(split) }];
  });
  return found.toSorted((a, b) => b.classes - a.classes)[0];
}
