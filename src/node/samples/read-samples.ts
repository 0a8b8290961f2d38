/** Samples from the files that people have: pictures, IDX, .npy, tables. What a file is, its first bytes say, not its name. */
import { DataError, messageOf, PipelineError } from '../../core/errors.js';
import { decodePicture } from '../../core/files/decode-picture.js';
import { recognizeFormat } from '../../core/files/file-signature.js';
import { decodeNpy, isNpy } from '../../core/files/npy.js';
import type { Predictor } from '../../core/model/predictor.js';
import { type PictureOptions, pictureRemark, pictureSample } from '../../core/pictures/sample.js';
import { optionTypes, requireKnownOptions } from '../../core/run/known-options.js';
import type { OpenTable, TableColumns } from '../../core/table.js';
import { readRows } from '../../core/tables/read-rows.js';
import { unseenRemark } from '../../core/tables/unseen.js';
import { firstNotFinite, formatShape, isShape, notANumber, type Shape, sameShape, sizeOf } from '../../core/tensor.js';
import { describeValue } from '../../core/wrong-value.js';
import { allBytes } from '../all-bytes.js';
import { chunksOf, fileBytes } from '../file-bytes.js';
import { requirePath } from '../given-path.js';
import { inflate } from '../unpacked-bytes.js';

/** n samples, as `predict` takes them. */
export interface FileSamples {
  /** [n, ...shape] */
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
  /** That a picture may be another than was meant, of several digits; or how many cells say what train never says. */
  readonly remark?: string;
}

const EXPECTED = 'a PNG, JPEG, IDX or .npy file';

/** A model or a committee, or the shape of its samples where these are no rows of a table. */
export type SamplesOf = Shape | Pick<Predictor, 'shape' | 'description'>;

/**
 * Reads the samples of a file: one of a picture, as many as there are of an array, [n, ...shape], [n, size] or one sample's
 * own shape; the rows of a table for a network that learned from one. What IDX and .npy files hold is taken as it is;
 * `pictureSample` says what becomes of pictures.
 *
 * @param source a path; `-` is standard input
 * @param of the model that they are for, or the shape of its samples
 * @throws DataError with the path, what was found and what was expected; PipelineError for what is no path, shape or option.
 */
export async function readSamples(source: string, of: SamplesOf, options: PictureOptions = {}): Promise<FileSamples> {
  requireKnownOptions(options, { asIs: optionTypes.flag }, 'readSamples');
  const shape = isModel(of) ? of.shape : of;
  const columns = isModel(of) ? of.description.columns : undefined;
  if (!isShape(shape)) {
    const found = Array.isArray(shape) ? formatShape(shape) : describeValue(shape);
    throw new PipelineError(`readSamples: the shape should be that of a sample, as [28, 28], but is ${found}`);
  }
  const standardInput = source === '-';
  const path = standardInput ? 'standard input' : requirePath(source, 'readSamples: the file');
  const bytes = await allBytes(path, standardInput ? process.stdin : fileBytes(path, EXPECTED));
  const picture = await decodePicture(path, bytes, inflate);
  if (picture !== undefined) {
    try {
      const data = pictureSample(picture, of, options);
      const remark = pictureRemark(picture, of, options);
      return { shape: [1, ...shape], data, ...(remark !== undefined && { remark }) };
    } catch (error) {
      throw error instanceof RangeError ? new DataError(path, messageOf(error), { cause: error }) : error;
    }
  }
  if (isNpy(bytes)) return asSamples(path, decodeNpy(path, bytes), shape);
  const format = bytes.length === 0 ? 'an empty file' : recognizeFormat(bytes);
  if (format?.endsWith('image'))
    throw new DataError(path, `found ${format}, expected ${EXPECTED}; save it as PNG or JPEG`);
  if (columns !== undefined) return rowsOfTable(path, bytes, columns);
  if (isIdx(bytes)) {
    const { readIdx } = await import('../idx.js');
    return asSamples(path, await readIdx(path, undefined, chunksOf(bytes)), shape);
  }
  throw new DataError(path, `found ${format ?? 'other bytes'}, expected ${EXPECTED}`);
}

const isModel = (of: SamplesOf): of is Pick<Predictor, 'shape' | 'description'> =>
  typeof of === 'object' && of !== null && 'description' in of;

async function rowsOfTable(path: string, bytes: Buffer, columns: TableColumns): Promise<FileSamples> {
  const table = await openTableOf(path, bytes, columns);
  const { count, features, unseen } = await readRows(table, columns, 'none');
  if (count === 0) throw new DataError(path, 'found no rows, expected at least one');
  const samples = { shape: [count, features.length / count], data: features };
  return unseen.size === 0 ? samples : { ...samples, remark: unseenRemark(unseen) };
}

/** Whatever kind of table it is, whichever kind the network learned from. */
async function openTableOf(path: string, bytes: Buffer, columns: TableColumns): Promise<OpenTable> {
  const format = recognizeFormat(bytes);
  if (format === 'a Parquet file') return (await import('../open-parquet.js')).openParquet(path, bytes);
  if (format === 'JSON') return (await import('../open-json-lines.js')).openJsonLines(path, () => chunksOf(bytes));
  const isNumbered = columns.features.every(({ name }) => /^\d+$/.test(name)); // as those without a header are called
  const { openTable } = await import('../open-table.js');
  const numbers = columns.features.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  return openTable(path, () => chunksOf(bytes), isNumbered ? { header: false } : {}, numbers);
}

/** IDX begins with two zeros, packed or not. */
const isIdx = (bytes: Buffer): boolean => {
  const start = bytes.toString('latin1', 0, 2);
  return start === '\0\0' || start === '\x1f\x8b';
};

function asSamples(path: string, { shape: found, data }: FileSamples, shape: Shape): FileSamples {
  const [count, ...each] = found;
  const numbers = sizeOf(shape);
  const wrong = firstNotFinite(data);
  if (wrong !== -1) throw new DataError(path, notANumber(data[wrong], wrong, numbers));
  if (sameShape(found, shape) || sameShape(found, [numbers])) return { shape: [1, ...shape], data };
  const same = each.length > 0 && sizeOf(each) === numbers;
  if (!same || !(sameShape(each, shape) || each.length === 1 || shape.length === 1 || isWithChannel(each, shape))) {
    const flat = shape.length > 1 ? `, ${formatShape(['n', numbers])}` : '';
    const expected = `${formatShape(['n', ...shape])}${flat} or ${formatShape(shape)}`;
    throw new DataError(path, `found an array of the shape ${formatShape(found)}, expected ${expected}`);
  }
  if (count === 0) throw new DataError(path, `found no samples, expected at least one`);
  return { shape: [count, ...shape], data };
}

/** [H, W], [H, W, 1] and, as PyTorch has it, [1, H, W] are the same. */
const isWithChannel = (a: Shape, b: Shape): boolean =>
  sameShape([...a, 1], b) || sameShape(a, [...b, 1]) || sameShape(a, [1, ...b]);
