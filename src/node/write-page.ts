/** Writes pages that were made of what is kept. */
import { open, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError, RunError } from '../core/errors.js';
import { makeFolder } from './make-folder.js';
import { codeOf, reasonOf } from './system-error.js';
import { writeWholeFile } from './whole-file.js';

/**
 * Writes a page, and makes the folder for it where there is none.
 *
 * @throws PipelineError where something else lies there, which a slip of the hand would destroy; RunError when it cannot be written.
 */
export async function writePage(path: string, text: string): Promise<void> {
  await requirePage(path);
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

/** @throws PipelineError for a folder, or a file that is no page. */
async function requirePage(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined); // said when it is written
  if (found === undefined) return;
  if (found.isDirectory())
    throw new PipelineError(`${path}: it is a folder; name a file in it, as ${join(path, 'report.html')}`);
  if (!found.isFile() || found.size === 0) return;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(15), 0, 15, 0);
    if (/^<!doctype html/i.test(buffer.toString('latin1', 0, bytesRead))) return;
  } finally {
    await file.close();
  }
  throw new PipelineError(
    `${path}: there is a file of another kind, which the page would take the place of; name another one`,
  );
}

const notWritten = (path: string, error: unknown): RunError =>
  new RunError(`${path}: the page cannot be written: ${reasonOf(error)}`, {
    cause: error,
    placed: true,
    passing: true,
  });
