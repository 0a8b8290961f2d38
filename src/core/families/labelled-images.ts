/** Reading a pair of IDX files as one data set: what the sources `idx` and `mnist` share. */
import { DataError } from '../errors.js';
import type { Host, IdxArray, IdxStart, Origin } from '../host.js';
import type { Examples, LabelSpec, SourceSplit } from '../kinds.js';
import { firstNotFinite, formatShape, largestColumn, notANumber, type Shape, sameShape } from '../tensor.js';
import { type StreamOption, streamedAbove } from './stream-option.js';

/** One data set on disk: features and labels in the same order. */
export interface LabelledFiles {
  readonly images: string;
  readonly labels: string;
}

/** The shape that each sample should have, and who says so, for messages: "as shape: says". */
export interface ExpectedShape {
  readonly shape: Shape;
  readonly reason: string;
}

/** What is known of a pair of files before the samples are read. */
export interface OpenedFiles {
  /** The path, and the shape of all samples together: [n, ...]. */
  readonly images: IdxStart;
  /** Decoded already: there is one byte of them to hundreds of the samples. */
  readonly labels: IdxArray;
}

export const openLabelled = async (host: Host, files: LabelledFiles): Promise<OpenedFiles> => {
  const [images, labels] = await Promise.all([host.readIdxHeader(files.images), host.readIdx(files.labels)]);
  return { images, labels };
};

/**
 * Checks that two files belong together, and returns the labels.
 *
 * @throws DataError when a shape is not what is expected, or when the files are of different length.
 */
export function checkedLabels(
  { images, labels }: OpenedFiles,
  expected: ExpectedShape | undefined,
): Uint8Array | Int32Array {
  const [count, ...found] = images.shape;
  if (expected === undefined ? found.length === 0 : !sameShape(found, expected.shape)) {
    const wanted = expected ? `${formatShape(expected.shape)} each, ${expected.reason}` : 'at least one axis each';
    const looks = found.length === 0 ? '; this looks like a file of labels' : '';
    throw new DataError(
      images.path,
      `found ${count} samples of shape ${formatShape(found)}, expected ${wanted}${looks}`,
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
  const { data } = labels;
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const type = data instanceof Float32Array ? 'float32' : 'float64';
    throw new DataError(labels.path, `found labels with fractions (${type}), expected whole numbers`, { byte: 2 });
  }
  return data;
}

/**
 * How many classes the labels of some files are of: they run from 0 to the largest of them all.
 *
 * @throws DataError at the first label below 0.
 */
export function classesOf(files: readonly OpenedFiles[]): LabelSpec {
  const largest = files.map(({ labels: { path, data, numberBytes } }) => {
    const below = data.findIndex((label: number) => label < 0);
    if (below !== -1) {
      const problem = `found the label ${data[below]} at sample ${below}, expected whole numbers from 0 on`;
      throw new DataError(path, problem, { byte: byteOfLabel(data, below, numberBytes) });
    }
    return { classes: data[largestColumn(data, 0, data.length)] + 1, from: path };
  });
  return largest.reduce((most, one) => (one.classes > most.classes ? one : most));
}

/** @throws DataError at the first number of a file that is not finite. */
function requireNumbers({ path, shape, data, numberBytes = data.BYTES_PER_ELEMENT }: IdxArray): void {
  const index = firstNotFinite(data);
  if (index === -1) return;
  const byte = headerBytes(shape.length) + index * numberBytes;
  throw new DataError(path, notANumber(data[index], index, data.length / shape[0]), { byte });
}

/** Where a label stands in its file. */
export const byteOfLabel = (labels: IdxArray['data'], index: number, bytes = labels.BYTES_PER_ELEMENT): number =>
  headerBytes(1) + index * bytes;

/** Of an IDX file: two zeros, the type, how many dimensions, and the length of each. */
const headerBytes = (dimensions: number): number => 4 + 4 * dimensions;

/** What is asked for. */
interface Wanted {
  readonly split: SourceSplit;
  readonly origin: Origin;
  readonly expected: ExpectedShape;
  /** Of published files: what they are called. */
  readonly title?: string;
  /** Of published files: what their classes are called. */
  readonly classNames?: readonly string[];
  /** Whether the samples are read while they are learned from; `auto`, where they are too many. */
  readonly stream?: StreamOption;
}

/** Other sets come under the names of MNIST's files. */
const notPublished = ({ remark }: Origin, title = 'the published'): string =>
  [...(remark === undefined ? [] : [remark]), `these are not ${title}'s files, but others of their names`].join('; ');

/**
 * Reads the samples, and the labels where they have not been read yet, and checks that they belong together.
 *
 * @throws DataError when the files are not what is expected.
 */
export async function readLabelled(
  host: Host,
  files: LabelledFiles,
  { split, origin, expected, title, classNames, stream = false }: Wanted,
  opened?: OpenedFiles,
): Promise<Examples> {
  const labelled = opened?.labels ?? host.readIdx(files.labels);
  if (opened !== undefined && (opened.images.bytes ?? 0) > streamedAbove(stream) && host.openRows !== undefined) {
    const [file, labels] = await Promise.all([host.openRows(files.images), labelled]);
    const known = { split, epoch: 1, shape: expected.shape, scaling: { mean: 0, std: 1 }, classes: undefined, origin };
    const images = { path: files.images, shape: [file.count, ...expected.shape] };
    return {
      ...known,
      features: file.create(0),
      stream: { file },
      labels: checkedLabels({ images, labels }, expected),
    };
  }
  const [images, labels] = await Promise.all([host.readIdx(files.images), labelled]);
  const checked = checkedLabels({ images, labels }, expected);
  requireNumbers(images);
  const isOther = images.isPublished === false || labels.isPublished === false;
  return {
    split,
    epoch: 1,
    shape: expected.shape,
    features: images.data,
    scaling: { mean: 0, std: 1 },
    labels: checked,
    labelsPath: labels.path,
    labelBytes: labels.numberBytes,
    classes: undefined,
    ...(classNames && !isOther && { classNames }),
    origin: isOther ? { ...origin, remark: notPublished(origin, title) } : origin,
  };
}
