/** The bytes of a file as they lie there, a chunk at a time: a file of any size costs the memory of one chunk. */
import { type FileHandle, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DataError, didYouMean } from '../core/errors.js';
import { NotAFileError, openRegularFile } from './regular-file.js';
import { codeOf, reasonOf } from './system-error.js';

/** The most bytes in a chunk: few enough to go through one by one without holding up the event loop. */
export const CHUNK_BYTES = 256 * 1024;

/**
 * Yields the content of a file in chunks of at most 256 KiB. Nothing is read ahead of the consumer, and the file is
 * closed however the loop ends.
 *
 * @param expected What the file should be, for the messages.
 * @throws DataError when the file is missing, not a file, or not readable.
 */
export async function* fileBytes(path: string, expected: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openFile(path, expected);
  try {
    for (;;) {
      // A new buffer each time: the consumer may still hold the last one.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) {
        return;
      }
      yield buffer.subarray(0, bytesRead);
    }
  } catch (thrown) {
    throw unreadable(path, thrown);
  } finally {
    await file.close();
  }
}

/** The same of bytes that are in memory. */
export async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) yield bytes.subarray(start, start + CHUNK_BYTES);
}

/** @throws DataError when the file is missing, not a file, or not readable. */
export async function openFile(path: string, expected: string): Promise<FileHandle> {
  try {
    return await openRegularFile(path);
  } catch (thrown) {
    if (thrown instanceof NotAFileError) {
      throw new DataError(path, `found ${thrown.found}, expected ${expected}. Name a file.`, { cause: thrown });
    }
    throw codeOf(thrown) === 'ENOENT' ? await missing(path, expected, thrown) : unreadable(path, thrown);
  }
}

async function missing(path: string, expected: string, cause: unknown): Promise<DataError> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) {
    return new DataError(path, `found no folder ${folder}, expected ${expected} in it. Check the path.`, { cause });
  }
  const advice = didYouMean(basename(path), names) || '. Check the path.';
  return new DataError(path, `found no such file, expected ${expected}${advice}`, { cause });
}

/** What to say of a file for which the system refuses to read. */
export const unreadable = (path: string, cause: unknown): DataError =>
  new DataError(path, `cannot be read: ${reasonOf(cause)}. Check the path and who may read the file.`, { cause });
