/** Gzip: what a data file holds, packed or raw alike. */
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError } from '../core/errors.js';
import { CHUNK_BYTES } from './file-bytes.js';
import { codeOf, reasonOf } from './system-error.js';

/** What to do about a file that is broken. */
export const GET_IT_AGAIN = 'Download or copy the file again.';

const GZIP_MAGIC = [0x1f, 0x8b];

type Bytes = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * Yields what a file holds in chunks of at most 256 KiB, unpacked when its first two bytes say gzip. Nothing is read
 * ahead of the consumer, so leaving the loop early is what bounds a gzip bomb; the file is closed however it ends.
 *
 * @param path For the messages.
 * @param file The bytes of the file as they lie there.
 * @throws DataError when the gzip data are broken; what reading the file throws.
 */
export async function* unpackedBytes(path: string, file: AsyncIterable<Uint8Array>): Bytes {
  const chunks = new CountedChunks(file);
  try {
    const first = await chunks.next();
    if (first.done) {
      return;
    }
    const isGzip = GZIP_MAGIC.every((byte, i) => first.value[i] === byte);
    yield* isGzip ? gunzipped(path, first.value, chunks) : chunksFrom(first.value, chunks);
  } finally {
    await chunks.close();
  }
}

/** The chunks of a file, and how many bytes of it were asked for. */
class CountedChunks {
  bytes = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(file: AsyncIterable<Uint8Array>) {
    this.#chunks = file[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const result = await this.#chunks.next();
    if (!result.done) {
      this.bytes += result.value.length;
    }
    return result;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** From a chunk that was looked at already to the last one. */
async function* chunksFrom(first: Uint8Array, chunks: CountedChunks): Bytes {
  yield first;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    yield next.value;
  }
}

async function* gunzipped(path: string, first: Uint8Array, chunks: CountedChunks): Bytes {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  try {
    // `pipeline` wants a callback, but every error arrives here too, through the iteration.
    yield* pipeline(chunksFrom(first, chunks), gunzip, () => {});
  } catch (thrown) {
    throw codeOf(thrown)?.startsWith('Z_') ? brokenGzip(path, gunzip.bytesWritten, thrown) : thrown;
  }
  // zlib stops without a word at bytes that cannot be another gzip member.
  while (!(await chunks.next()).done);
  const more = chunks.bytes - gunzip.bytesWritten;
  if (more > 0) {
    const problem = `found ${more} more bytes, expected the end of the gzip data`;
    throw new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte: gunzip.bytesWritten });
  }
}

/** zlib's messages and what each means for a file that did begin as gzip does; `byte` is how far zlib had come. */
function brokenGzip(path: string, byte: number, cause: unknown): DataError {
  const reason = reasonOf(cause);
  const problem =
    {
      'unexpected end of file':
        'found the end of the file in the middle of the gzip data, expected more: it was cut off',
      'incorrect header check': 'found other bytes after the gzip data, expected the end of the file',
      'incorrect data check': 'found gzip data that does not match its own checksum, expected it to: it was damaged',
      'incorrect length check': 'found gzip data that does not match its own length, expected it to: it was damaged',
    }[reason] ?? `found broken gzip data (${reason}), expected gzip that can be unpacked`;
  return new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte, cause });
}
