/** The bytes of a data file, raw or gzip alike, a chunk at a time: a file of any size costs the memory of one chunk. */
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError, didYouMean } from '../core/errors.js';
import { codeOf, reasonOf } from './system-error.js';

/** The most bytes in a chunk: few enough to go through one by one without holding up the event loop. */
const CHUNK_BYTES = 256 * 1024;

/** What to do about a file that is broken. */
export const GET_IT_AGAIN = 'Download or copy the file again.';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/**
 * Yields the content of a file in chunks of at most 256 KiB, unpacked when its first two bytes say gzip. Nothing is read
 * ahead of the consumer, so leaving the loop early is what bounds a gzip bomb; the file is closed however it ends.
 *
 * @throws DataError when the file is missing, not a file, not readable, or broken gzip.
 */
export async function* unpackedBytes(path: string): AsyncGenerator<Buffer, void, undefined> {
  const file = await openFile(path);
  try {
    yield* (await isGzip(file)) ? gunzipped(path, file) : chunksOf(file);
  } catch (thrown) {
    throw thrown instanceof DataError ? thrown : unreadable(path, thrown);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Looked at before it is opened: opening a named pipe would wait for a writer for ever.
    const entry = await stat(path);
    if (!entry.isFile()) {
      const found = entry.isDirectory() ? 'a folder' : 'a device or pipe';
      throw new DataError(path, `found ${found}, expected an IDX file. Name a file.`);
    }
    return await open(path);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') {
      throw await missing(path, thrown);
    }
    throw thrown instanceof DataError ? thrown : unreadable(path, thrown);
  }
}

async function missing(path: string, cause: unknown): Promise<DataError> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) {
    return new DataError(path, `found no folder ${folder}, expected an IDX file in it. Check the path.`, { cause });
  }
  const advice = didYouMean(basename(path), names) || '. Check the path.';
  return new DataError(path, `found no such file, expected an IDX file${advice}`, { cause });
}

const unreadable = (path: string, cause: unknown): DataError =>
  new DataError(path, `cannot be read: ${reasonOf(cause)}. Check the path and who may read the file.`, { cause });

/** Reads from the start without moving the position that `chunksOf` goes on from. */
async function isGzip(file: FileHandle): Promise<boolean> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
  return buffer.subarray(0, bytesRead).equals(GZIP_MAGIC);
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    // A new buffer each time: whoever got the last one may still hold it.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    if (bytesRead === 0) {
      return;
    }
    yield buffer.subarray(0, bytesRead);
  }
}

async function* gunzipped(path: string, file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  try {
    // `pipeline` wants a callback, but every error arrives here too, through the iteration.
    yield* pipeline(chunksOf(file), gunzip, () => {});
  } catch (thrown) {
    throw codeOf(thrown)?.startsWith('Z_') ? brokenGzip(path, gunzip.bytesWritten, thrown) : thrown;
  }
  // zlib stops without a word at bytes that cannot be another gzip member.
  const { size } = await file.stat();
  if (gunzip.bytesWritten < size) {
    const problem = `found ${size - gunzip.bytesWritten} more bytes, expected the end of the gzip data`;
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
