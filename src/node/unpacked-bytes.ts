/** What data files hold, unpacked by Node's zlib. */
import { pipeline } from 'node:stream';
import { constants, createGunzip, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';
import { BrokenData, type Gunzip, type Inflate } from '../core/files/unpack.js';
import { unpackedBytes as unpackedBy } from '../core/files/unpacked-bytes.js';
import { CHUNK_BYTES } from './file-bytes.js';
import { codeOf, reasonOf } from './system-error.js';

/**
 * What a file holds, packed by gzip or raw alike, in chunks of at most 256 KiB.
 *
 * @param path For the messages.
 * @param file The bytes of the file as they lie there.
 * @throws DataError when the gzip data are broken; what reading the file throws.
 */
export const unpackedBytes = (
  path: string,
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> => unpackedBy(path, file, gunzip);

function gunzip(packed: AsyncGenerator<Uint8Array, void, undefined>): Gunzip {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  async function* unpacked() {
    try {
      // `pipeline` wants a callback, but every error arrives here too, through the iteration.
      yield* pipeline(packed, stream, () => {});
    } catch (thrown) {
      throw brokenOr(thrown);
    }
  }
  return {
    unpacked: unpacked(),
    get bytesRead() {
      return stream.bytesWritten;
    },
  };
}

/** zlib's own errors by the name that portable code knows. */
const brokenOr = (thrown: unknown): unknown =>
  codeOf(thrown)?.startsWith('Z_') ? new BrokenData(reasonOf(thrown), { cause: thrown }) : thrown;

export const inflate: Inflate = {
  zlib: (packed, most) => unlessMore(() => inflateSync(packed, atMost(most))),
  raw: (packed, most) => unlessMore(() => inflateRawSync(packed, atMost(most))),
  rawStart: (packed) => {
    try {
      return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
    } catch (thrown) {
      throw brokenOr(thrown);
    }
  },
};

const atMost = (maxOutputLength: number): ZlibOptions => ({ maxOutputLength: Math.max(1, maxOutputLength) });

function unlessMore<Bytes>(unpack: () => Bytes): Bytes | undefined {
  try {
    return unpack();
  } catch (thrown) {
    if (codeOf(thrown) === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw brokenOr(thrown);
  }
}
