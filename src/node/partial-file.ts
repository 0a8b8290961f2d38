import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Lets `work` write a file under a name of its own, and give it its right one when all of it is there: whoever looks for
 * that name finds a whole file or none, and two processes do not write into each other's. What is left of it is removed.
 */
export async function throughPartialFile(
  folder: string,
  name: string,
  work: (partial: string) => Promise<void>,
): Promise<void> {
  const partial = join(folder, `.${name}.${process.pid}-${randomBytes(6).toString('hex')}.part`);
  try {
    await work(partial);
  } finally {
    // A file that cannot be removed must not hide why the work failed.
    await rm(partial, { force: true }).catch(() => {});
  }
}
