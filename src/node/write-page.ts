/** Writes pages that were made of what is kept. */
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RunError } from '../core/errors.js';
import { makeFolder } from './make-folder.js';
import { codeOf, reasonOf } from './system-error.js';
import { writeWholeFile } from './whole-file.js';

/**
 * Writes a page, and makes the folder for it where there is none.
 *
 * @throws RunError when it cannot be written.
 */
export async function writePage(path: string, text: string): Promise<void> {
  try {
    makeFolder(dirname(path));
    await writeWholeFile(path, text);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/**
 * Writes a page under the next free number, `compare-3.html`; two at once never get the same.
 *
 * @returns its path
 * @throws RunError when it cannot be written.
 */
export async function writeNumberedPage(folder: string, word: string, text: string): Promise<string> {
  try {
    makeFolder(folder);
    const pattern = new RegExp(`^${word}-(\\d+)\\.html$`);
    const numbers = (await readdir(folder)).map((name) => Number(pattern.exec(name)?.[1] ?? 0));
    for (let number = 1 + Math.max(0, ...numbers); ; number++) {
      const path = join(folder, `${word}-${number}.html`);
      try {
        await writeFile(path, text, { flag: 'wx' });
        return path;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw notWritten(folder, error);
  }
}

const notWritten = (path: string, error: unknown): RunError =>
  new RunError(`${path}: the page cannot be written: ${reasonOf(error)}`, {
    cause: error,
    placed: true,
    passing: true,
  });
