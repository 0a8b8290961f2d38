/**
 * IDX files, the format of MNIST. idx-data decodes the numbers, and everything that it takes on trust (magic, type,
 * lengths, the exact end) is checked before it sees a byte.
 */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { readFromStream } from 'idx-data';
import { DataError } from '../core/errors.js';
import type { IdxArray, IdxStart } from '../core/host.js';
import { formatShape, type Shape, sizeOf } from '../core/tensor.js';
import { fileBytes } from './file-bytes.js';
import { headerBytes, type IdxHeader, MAX_DIMENSIONS, parseIdxHeader } from './idx-header.js';
import { isOther, otherNumbers } from './idx-numbers.js';
import { GET_IT_AGAIN, unpackedBytes } from './unpacked-bytes.js';

/** Slices are cut at multiples of the longest number, in bytes: idx-data misreads a number that is cut in two. */
const LONGEST_NUMBER = 8;

/**
 * Reads an IDX file, raw or gzip, of any type of the format, in 1 to 4 dimensions. The event loop turns between slices of
 * 256 KiB.
 *
 * @param path For the messages.
 * @param signal Stops the reading at the next slice.
 * @param file The bytes of the file as they lie there; those at the path by default.
 * @throws DataError when the file is missing, not readable, broken gzip, not IDX, cut short, too long or over 1 GiB.
 * @throws The signal's reason.
 */
export async function readIdx(path: string, signal?: AbortSignal, file = fileOf(path)): Promise<IdxArray> {
  let decoder: Decoder | undefined;
  for await (const slice of checkedSlices(path, file)) {
    decoder ??= decoderOf(path, slice);
    decoder.deliver(slice);
    await setImmediate();
    signal?.throwIfAborted();
  }
  if (decoder === undefined) throw tooShort(path, 0, undefined);
  return { path, ...(await decoder.end()) };
}

/** Takes a file slice by slice, the first with the whole header. */
interface Decoder {
  deliver(slice: Buffer): void;
  end(): Promise<Omit<IdxArray, 'path'>>;
}

function decoderOf(path: string, start: Buffer): Decoder {
  const header = parseIdxHeader(path, start);
  if (header !== undefined && isOther(header)) return otherNumbers(header);
  const stream = new SliceStream();
  const decoded = readFromStream(stream);
  return {
    deliver: (slice) => stream.deliver(slice),
    async end() {
      stream.emit('end');
      const { shape, data } = await decoded;
      return { shape, data };
    },
  };
}

/**
 * Hands idx-data one slice at a time, and runs its listener here and now: what it throws lands on the caller, where
 * from a stream's own 'readable' event it would end the program.
 */
class SliceStream extends Readable {
  private slice: Buffer | null = null;

  deliver(slice: Buffer): void {
    this.slice = slice;
    this.emit('readable');
  }

  override read(): Buffer | null {
    const slice = this.slice;
    this.slice = null;
    return slice;
  }
}

const fileOf = (path: string): AsyncIterable<Uint8Array> => fileBytes(path, 'an IDX file');

/**
 * Reads the header of an IDX file, raw or gzip, and no more of the file than that takes.
 *
 * @throws DataError when the file is missing, not readable, broken gzip, or does not begin as IDX.
 */
export async function readIdxHeader(path: string, file = fileOf(path)): Promise<IdxStart> {
  let start = Buffer.alloc(0);
  for await (const chunk of unpackedBytes(path, file)) {
    start = Buffer.concat([start, chunk]);
    const header = parseIdxHeader(path, start, Number.POSITIVE_INFINITY);
    if (header !== undefined) {
      return { path, shape: header.shape, type: header.type, bytes: header.totalBytes };
    }
  }
  throw tooShort(path, start.length, undefined);
}

/** The file in slices of whole numbers, the first with the whole header; the last only if the length is exact. */
async function* checkedSlices(path: string, file: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  let header: IdxHeader | undefined;
  let waiting = Buffer.alloc(0);
  let received = 0;
  let isStart = true;

  for await (const chunk of unpackedBytes(path, file)) {
    received += chunk.length;
    waiting = Buffer.concat([waiting, chunk]);
    header ??= parseIdxHeader(path, waiting);
    if (header === undefined) {
      continue;
    }
    if (received > header.totalBytes) {
      throw tooLong(path, header);
    }
    const start = headerBytes(header.shape.length);
    const whole = waiting.length - ((waiting.length - (isStart ? start : 0)) % LONGEST_NUMBER);
    yield waiting.subarray(0, whole);
    waiting = waiting.subarray(whole);
    isStart = false;
  }

  if (header === undefined || received < header.totalBytes) {
    throw tooShort(path, received, header);
  }
  yield waiting;
}

function tooLong(path: string, { shape, totalBytes }: IdxHeader): DataError {
  const problem = `found more bytes, expected the end of the file after the shape ${formatShape(shape)}`;
  return new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte: totalBytes });
}

function tooShort(path: string, received: number, header: IdxHeader | undefined): DataError {
  const found = received === 0 ? 'an empty file' : `the end of the file after ${received} bytes`;
  const expected =
    header === undefined ? 'an IDX header' : `${header.totalBytes} for the shape ${formatShape(header.shape)}`;
  return new DataError(path, `found ${found}, expected ${expected}. ${GET_IT_AGAIN}`, { byte: received });
}

/**
 * Writes an IDX file: the bytes of one, raw, that `readIdx` and every other reader of the format takes.
 *
 * @param shape 1 to 4 lengths of at least 1.
 * @param data `sizeOf(shape)` numbers; its type becomes the type of the file.
 * @throws RangeError when the shape is not one, or does not fit the data.
 */
export function encodeIdx(shape: Shape, data: IdxArray['data']): Uint8Array {
  checkShape(shape, data.length);
  const start = headerBytes(shape.length);
  const bytes = new Uint8Array(start + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, typeCode(data));
  view.setUint8(3, shape.length);
  shape.forEach((length, axis) => {
    view.setUint32(headerBytes(axis), length);
  });
  if (data instanceof Uint8Array) {
    bytes.set(data, start);
  } else if (data instanceof Int32Array) {
    data.forEach((value, i) => {
      view.setInt32(start + i * data.BYTES_PER_ELEMENT, value);
    });
  } else if (data instanceof Float32Array) {
    data.forEach((value, i) => {
      view.setFloat32(start + i * data.BYTES_PER_ELEMENT, value);
    });
  } else {
    data.forEach((value, i) => {
      view.setFloat64(start + i * data.BYTES_PER_ELEMENT, value);
    });
  }
  return bytes;
}

function checkShape(shape: Shape, size: number): void {
  const isLength = (length: number): boolean => Number.isInteger(length) && length >= 1;
  if (shape.length < 1 || shape.length > MAX_DIMENSIONS || !shape.every(isLength)) {
    throw new RangeError(
      `found the shape ${formatShape(shape)}, expected 1 to ${MAX_DIMENSIONS} lengths of at least 1`,
    );
  }
  if (sizeOf(shape) !== size) {
    throw new RangeError(`found ${size} numbers, expected ${sizeOf(shape)} for the shape ${formatShape(shape)}`);
  }
}

function typeCode(data: IdxArray['data']): number {
  if (data instanceof Uint8Array) {
    return 8;
  }
  if (data instanceof Int32Array) return 12;
  return data instanceof Float32Array ? 13 : 14;
}
