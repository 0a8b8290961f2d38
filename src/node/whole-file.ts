import { renameSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { partialPath, throughPartialFile } from './partial-file.js';

/**
 * Writes a file, or puts it in the place of another: whoever reads it finds the old one or the new one, whole, also after
 * a crash of the machine.
 *
 * @throws the system's error; then, what was there before still is.
 */
export async function writeWholeFile(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  await throughPartialFile(folder, basename(path), async (partial) => {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  });
  await syncFolder(folder);
}

/**
 * The same for a small file, at once, and without waiting for the disk: a process that is killed leaves the old file or the
 * new one, a machine that crashes perhaps neither.
 *
 * @throws the system's error.
 */
export function replaceFileSync(path: string, content: string | Uint8Array): void {
  const partial = partialPath(dirname(path), basename(path));
  writeFileSync(partial, content);
  renameSync(partial, path);
}

/** The new name is in the folder, which has to reach the disk, too; where folders cannot be opened, as on Windows, it does. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
