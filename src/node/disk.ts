/** Whether a folder can be written, and how much room there is. */
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isMadeByTheKernel, kindOf } from './regular-file.js';
import { codeOf, reasonOf } from './system-error.js';

export interface Disk {
  /** Why nothing can be written there; undefined where it can. */
  readonly problem?: string;
  /** Bytes that this user may still write there; undefined where the system does not say. */
  readonly free?: number;
}

/** Of a folder that is not there, what holds for the nearest one above it, in which it would be made. */
export async function diskOf(folder: string): Promise<Disk> {
  if (process.permission?.has('fs.write', folder) === false) return { problem: "Node's --permission denies it" };
  try {
    const entry = await stat(folder);
    if (!entry.isDirectory()) return { problem: `it is ${kindOf(entry)}, not a folder` };
    if (await isMadeByTheKernel(folder)) return { problem: 'the system makes it up, and keeps nothing in it' };
    await access(folder, constants.W_OK);
    return await statfs(folder).then(
      ({ bavail, bsize }) => ({ free: bavail * bsize }),
      () => ({}),
    );
  } catch (error) {
    const above = dirname(resolve(folder));
    return codeOf(error) === 'ENOENT' && above !== folder ? diskOf(above) : { problem: reasonOf(error) };
  }
}
