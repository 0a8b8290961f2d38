/**
 * IDX files, the format of MNIST: everything that a decoder takes on trust (magic, type, lengths, the exact end) is checked
 * before it sees a byte.
 */
import { joined } from '../bytes.js';
import { DataError } from '../errors.js';
import type { IdxArray, IdxStart } from '../host.js';
import { nextTurn } from '../scheduler.js';
import { formatShape } from '../tensor.js';
import { headerBytes, type IdxHeader, parseIdxHeader } from './idx-header.js';
import { type IdxDecoder, numbersOf } from './idx-numbers.js';
import { GET_IT_AGAIN } from './unpacked-bytes.js';

/** Slices are cut at multiples of the longest number, in bytes: a decoder misreads a number that is cut in two. */
const LONGEST_NUMBER = 8;

/** How a file is decoded. */
export interface IdxReading {
  /** What decodes the numbers; `numbersOf` by default. */
  readonly decoderOf?: (header: IdxHeader) => IdxDecoder;
  /** Stops the reading at the next slice. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes an IDX file of any type of the format, in 1 to 4 dimensions. The event loop turns between slices.
 *
 * @param path For the messages.
 * @param file The bytes of the file, unpacked.
 * @throws DataError when it is not IDX, cut short, too long or over 1 GiB; what reading it throws; the signal's reason.
 */
export async function decodeIdx(
  path: string,
  file: AsyncIterable<Uint8Array>,
  { decoderOf = numbersOf, signal }: IdxReading = {},
): Promise<IdxArray> {
  let decoder: IdxDecoder | undefined;
  for await (const [slice, header] of checkedSlices(path, file)) {
    decoder ??= decoderOf(header);
    decoder.deliver(slice);
    await nextTurn();
    signal?.throwIfAborted();
  }
  if (decoder === undefined) throw tooShort(path, 0, undefined);
  return { path, ...(await decoder.end()) };
}

/**
 * Reads the header of an IDX file, and no more of the file than that takes.
 *
 * @throws DataError when it does not begin as IDX; what reading the file throws.
 */
export async function decodeIdxHeader(path: string, file: AsyncIterable<Uint8Array>): Promise<IdxStart> {
  let start = new Uint8Array();
  for await (const chunk of file) {
    start = joined([start, chunk]);
    const header = parseIdxHeader(path, start, Number.POSITIVE_INFINITY);
    if (header !== undefined) {
      return { path, shape: header.shape, type: header.type, bytes: header.totalBytes };
    }
  }
  throw tooShort(path, start.length, undefined);
}

/** The file in slices of whole numbers, the first with the whole header; the last only if the length is exact. */
async function* checkedSlices(
  path: string,
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<[Uint8Array, IdxHeader], void, undefined> {
  let header: IdxHeader | undefined;
  let waiting = new Uint8Array();
  let received = 0;
  let isStart = true;

  for await (const chunk of file) {
    received += chunk.length;
    waiting = joined([waiting, chunk]);
    header ??= parseIdxHeader(path, waiting);
    if (header === undefined) {
      continue;
    }
    if (received > header.totalBytes) {
      throw tooLong(path, header);
    }
    const start = headerBytes(header.shape.length);
    const whole = waiting.length - ((waiting.length - (isStart ? start : 0)) % LONGEST_NUMBER);
    yield [waiting.subarray(0, whole), header];
    waiting = waiting.subarray(whole);
    isStart = false;
  }

  if (header === undefined || received < header.totalBytes) {
    throw tooShort(path, received, header);
  }
  yield [waiting, header];
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
