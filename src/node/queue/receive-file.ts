import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { DataError } from '../../core/errors.js';
import { notWritten } from './not-written.js';
import type { Objects } from './objects.js';

/**
 * Writes an object into a new file, and holds it against its SHA-256. Of one that is not whole, or is another, the file is left to
 * who asked for it.
 *
 * @throws DataError that names an object with other bytes; RunError when the store cannot be used, or the file not be written.
 */
export async function receiveFile(objects: Objects, key: string, sha256: string, path: string): Promise<void> {
  const hash = createHash('sha256');
  async function* heard() {
    for await (const piece of objects.receive(key)) {
      hash.update(piece);
      yield piece;
    }
  }
  try {
    const file = await open(path, 'wx');
    try {
      await writeFile(file, heard());
      await file.sync(); // before it takes its name: a power cut must not leave an empty file under it
    } finally {
      await file.close();
    }
  } catch (error) {
    throw notWritten(path, error);
  }
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw new DataError(objects.shown(key), `expected the SHA-256 ${sha256}, found ${found}; remove this object`);
}
