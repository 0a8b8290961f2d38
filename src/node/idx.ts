/** IDX files on disk, their numbers decoded by idx-data, which is given only what was checked. */
import { Readable } from 'node:stream';
import { readFromStream } from 'idx-data';
import { decodeIdx, decodeIdxHeader } from '../core/files/idx.js';
import type { IdxHeader } from '../core/files/idx-header.js';
import { type IdxDecoder, numbersOf } from '../core/files/idx-numbers.js';
import type { IdxArray, IdxStart } from '../core/host.js';
import { fileBytes } from './file-bytes.js';
import { unpackedBytes } from './unpacked-bytes.js';

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
export const readIdx = (path: string, signal?: AbortSignal, file = fileOf(path)): Promise<IdxArray> =>
  decodeIdx(path, unpackedBytes(path, file), { decoderOf, signal });

/** Those types that idx-data does not read are decoded by this program. */
const OTHERS: readonly IdxHeader['type'][] = ['int8', 'int16', 'float64'];

function decoderOf(header: IdxHeader): IdxDecoder {
  if (OTHERS.includes(header.type)) return numbersOf(header);
  const stream = new SliceStream();
  const decoded = readFromStream(stream);
  return {
    deliver: (slice) => stream.deliver(Buffer.from(slice.buffer, slice.byteOffset, slice.byteLength)),
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
export const readIdxHeader = (path: string, file = fileOf(path)): Promise<IdxStart> =>
  decodeIdxHeader(path, unpackedBytes(path, file));
