import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf } from './system-error.js';

/**
 * Makes a folder, and those above it that are missing. `mkdirSync` does so itself with `recursive`, but tries for ever where
 * the system says that a folder is missing whose parent is there, as in /proc, and on a read-only disk says just that.
 *
 * @throws the system's error.
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(resolve(path));
  if (above !== resolve(path)) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && isFolder(path)) return; // another process was faster
    if (codeOf(error) === 'ENOENT' && isFolder(above)) throw new Error(`no folder can be made in ${above}`);
    throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
