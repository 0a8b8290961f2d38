/** Reading a pair of IDX files as one data set: what the sources `idx` and `mnist` share. */
import { DataError } from '../errors.js';
import type { Host, Origin } from '../host.js';
import type { Examples, SourceSplit } from '../kinds.js';
import { formatShape, type Shape, sameShape } from '../tensor.js';

/** One data set on disk: features and labels in the same order. */
export interface LabelledFiles {
  readonly images: string;
  readonly labels: string;
}

/**
 * Reads both files and checks that they belong together.
 *
 * @throws DataError when a shape is not what was declared, or when the files are of different length.
 */
export async function readLabelled(
  host: Host,
  files: LabelledFiles,
  { split, shape, origin }: { readonly split: SourceSplit; readonly shape: Shape; readonly origin: Origin },
): Promise<Examples> {
  const [images, labels] = await Promise.all([host.readIdx(files.images), host.readIdx(files.labels)]);

  const [count, ...found] = images.shape;
  if (!sameShape(found, shape)) {
    throw new DataError(
      images.path,
      `found ${count} samples of shape ${formatShape(found)}, expected ${formatShape(shape)} each` +
        (found.length === 0 ? '; this looks like a file of labels' : '; say so in the source: shape: [...]'),
      { byte: 4 },
    );
  }
  if (labels.shape.length !== 1) {
    throw new DataError(
      labels.path,
      `found numbers of shape ${formatShape(labels.shape)}, expected one label a sample; this looks like a file of images`,
      { byte: 3 },
    );
  }
  if (labels.shape[0] !== count) {
    throw new DataError(
      labels.path,
      `found ${labels.shape[0]} labels, expected ${count}, as many as there are samples in ${images.path}`,
      { byte: 4 },
    );
  }
  if (labels.data instanceof Float32Array) {
    throw new DataError(labels.path, 'found labels with fractions (float32), expected whole numbers', { byte: 2 });
  }
  return {
    split,
    epoch: 1,
    shape,
    features: images.data,
    scaling: { mean: 0, std: 1 },
    labels: labels.data,
    labelsPath: labels.path,
    classes: undefined,
    origin,
  };
}
