import { open, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { throughPartialFile } from './partial-file.js';

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
