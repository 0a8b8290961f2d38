/**
 * The first bytes of an IDX file: two zeros, a type code, the number of dimensions, then the length of each dimension
 * as a big-endian 32-bit number. MNIST's training images begin `00 00 08 03`, `60000`, `28`, `28`.
 */
import { viewOf } from '../bytes.js';
import { DataError } from '../errors.js';
import type { IdxStart } from '../host.js';
import { formatShape, type Shape, sizeOf } from '../tensor.js';
import { readerOf, recognizeFormat } from './file-signature.js';

export interface IdxHeader {
  readonly type: NonNullable<IdxStart['type']>;
  readonly shape: Shape;
  /** The exact length of the unpacked file: the header and every number. */
  readonly totalBytes: number;
}

/** A type of numbers that is decoded. */
interface NumberType {
  readonly type: IdxHeader['type'];
  /** Of one number. */
  readonly bytes: number;
}

/** By type code. */
const SUPPORTED_TYPES: Readonly<Record<number, NumberType>> = {
  8: { type: 'uint8', bytes: 1 },
  9: { type: 'int8', bytes: 1 },
  11: { type: 'int16', bytes: 2 },
  12: { type: 'int32', bytes: 4 },
  13: { type: 'float32', bytes: 4 },
  14: { type: 'float64', bytes: 8 },
};

const EXPECTED_TYPES = Object.entries(SUPPORTED_TYPES)
  .map(([code, { type }]) => `${code} (${type})`)
  .join(', ');

/** The most dimensions: samples, channels, rows, columns. */
export const MAX_DIMENSIONS = 4;

/** A header that claims more than this is a mistake or an attack, not a data set for a small network. */
const MAX_BYTES = 2 ** 30;

/** Bytes before the lengths of the dimensions, and bytes of each. */
const FIXED_BYTES = 4;
const LENGTH_BYTES = 4;

export const headerBytes = (dimensions: number): number => FIXED_BYTES + LENGTH_BYTES * dimensions;

/**
 * Reads the header, or returns undefined while `bytes` is still too short to hold it.
 *
 * @param path For the messages.
 * @param bytes The file from its start, unpacked.
 * @param most The most bytes that it may claim to have, unpacked.
 * @throws DataError at the first byte that is not as expected, however short `bytes` is.
 */
export function parseIdxHeader(path: string, bytes: Uint8Array, most = MAX_BYTES): IdxHeader | undefined {
  const zeros = bytes.subarray(0, 2);
  const wrong = zeros.findIndex((byte) => byte !== 0);
  if (wrong !== -1) {
    throw new DataError(path, notIdx(bytes), { byte: wrong });
  }
  if (bytes.length < FIXED_BYTES) {
    return undefined;
  }
  const { type, bytes: numberBytes } = parseType(path, bytes[2]);
  const dimensions = parseDimensionCount(path, bytes[3]);
  if (bytes.length < headerBytes(dimensions)) {
    return undefined;
  }
  const shape = Array.from({ length: dimensions }, (_, axis) => parseLength(path, bytes, axis));
  const totalBytes = headerBytes(dimensions) + sizeOf(shape) * numberBytes;
  if (totalBytes > most) {
    const problem = `found the shape ${formatShape(shape)}, which takes ${totalBytes} bytes, expected at most 1 GiB`;
    throw new DataError(path, `${problem}. Check that the file is IDX, or split it.`, { byte: FIXED_BYTES });
  }
  return { type, shape, totalBytes };
}

function notIdx(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, FIXED_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const format = recognizeFormat(bytes);
  const again = format === 'a gzip file' ? ' inside the gzip file: it was compressed twice' : ''; // it was unpacked once
  const found = format === undefined ? start : `${start} (this looks like ${format}${again})`;
  return `found ${found}, expected 00 00, with which every IDX file begins. Name or download the IDX file itself${readerOf(bytes)}.`;
}

function parseType(path: string, code: number): NumberType {
  const found = SUPPORTED_TYPES[code];
  if (found === undefined) {
    const problem = `found type ${code}, expected one of ${EXPECTED_TYPES}. Check that the file is IDX.`;
    throw new DataError(path, problem, { byte: 2 });
  }
  return found;
}

function parseDimensionCount(path: string, dimensions: number): number {
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    const problem = `found ${dimensions} dimensions, expected 1 to ${MAX_DIMENSIONS}`;
    throw new DataError(path, `${problem}. Check that the file is IDX, or reshape it.`, { byte: 3 });
  }
  return dimensions;
}

function parseLength(path: string, bytes: Uint8Array, axis: number): number {
  const byte = headerBytes(axis);
  const length = viewOf(bytes).getUint32(byte);
  if (length < 1) {
    const problem = `found dimension ${axis + 1} with length 0, expected at least 1`;
    throw new DataError(path, `${problem}. The file holds no data: write or download it again.`, { byte });
  }
  return length;
}
