/** Gzip: what a data file holds, packed or raw alike. */
import { DataError } from '../errors.js';
import { BrokenData, type StartGunzip } from './unpack.js';

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
export async function* unpackedBytes(path: string, file: AsyncIterable<Uint8Array>, gunzip: StartGunzip): Bytes {
  const chunks = new CountedChunks(file);
  try {
    const first = await chunks.next();
    if (first.done) {
      return;
    }
    const isGzip = GZIP_MAGIC.every((byte, i) => first.value[i] === byte);
    const all = chunksFrom(first.value, chunks);
    yield* isGzip ? gunzipped(path, all, chunks, gunzip) : all;
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

async function* gunzipped(path: string, packed: Bytes, chunks: CountedChunks, gunzip: StartGunzip): Bytes {
  const unpacking = gunzip(packed);
  try {
    yield* unpacking.unpacked;
  } catch (thrown) {
    throw thrown instanceof BrokenData ? brokenGzip(path, unpacking.bytesRead, thrown) : thrown;
  }
  // what unpacks stops without a word at bytes that cannot be another gzip member
  while (!(await chunks.next()).done);
  const more = chunks.bytes - unpacking.bytesRead;
  if (more > 0) {
    const problem = `found ${more} more bytes, expected the end of the gzip data`;
    throw new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte: unpacking.bytesRead });
  }
}

/** What zlib says, and what each means for a file that did begin as gzip does; `byte` is how far zlib had come. */
function brokenGzip(path: string, byte: number, cause: BrokenData): DataError {
  const reason = cause.message;
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
