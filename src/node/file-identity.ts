import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DataError } from '../core/errors.js';
import { unreadable } from './file-bytes.js';

/**
 * What tells the content of a file from another under the same path: its size, its times and its number on the disk. Who edits
 * a file can set the time of its last change back, but not the one at which that was done.
 */
export const identityOf = ({ size, mtimeMs, ctimeMs, ino }: Stats): string => [size, mtimeMs, ctimeMs, ino].join(' ');

/** @throws DataError when it is not there, or may not be looked at. */
export async function identityOfFile(path: string): Promise<string> {
  const entry = await stat(path).catch((error) => {
    throw unreadable(path, error);
  });
  return identityOf(entry);
}

/** @param as where its content lies, if that is another file, for the message */
export const changedWhileRead = (path: string, as = ''): DataError =>
  new DataError(path, `changed while it was read${as}. Leave it as it is until the run ends.`);
