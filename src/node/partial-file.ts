import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { processLives } from './process-life.js';

/** Not older than that is a file that a process may still be writing, which this machine knows nothing of: in a container. */
const DAY = 24 * 60 * 60 * 1000;

/**
 * Lets `work` write a file, or a folder, under a name of its own, and give it its right one when all of it is there: whoever looks for
 * that name finds a whole file or none, and two processes do not write into each other's. What is left of it is removed,
 * and so is what processes left that were killed.
 */
export async function throughPartialFile<T>(
  folder: string,
  name: string,
  work: (partial: string) => Promise<T>,
): Promise<T> {
  await removeAbandoned(folder).catch(() => {}); // what is in the way of nobody
  const partial = partialPath(folder, name);
  try {
    return await work(partial);
  } finally {
    // A file that cannot be removed must not hide why the work failed.
    await rm(partial, { recursive: true, force: true }).catch(() => {});
  }
}

/** A name that no other has, and that says whose it is. */
export const partialPath = (folder: string, name: string): string =>
  join(folder, `.${name}.${process.pid}-${randomBytes(6).toString('hex')}.part`);

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = /^\..+\.(\d+)-[0-9a-f]{12}\.part$/.exec(name)?.[1];
    if (writer === undefined) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    const isAbandoned = !processLives(Number(writer), { before: mtimeMs }) || mtimeMs < Date.now() - DAY;
    if (isAbandoned) await rm(path, { recursive: true, force: true });
  }
}
