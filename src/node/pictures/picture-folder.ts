/** Folders of pictures on disk. */
import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError, didYouMean } from '../../core/errors.js';
import { recognizeFormat } from '../../core/files/file-signature.js';
import { type FolderEntry, PICTURES_EXPECTED, picturesIn } from '../../core/files/picture-folder.js';
import type { PictureFolder } from '../../core/host.js';
import { openRegularFile } from '../regular-file.js';
import { codeOf, reasonOf } from '../system-error.js';

/**
 * Looks into a folder, and into those in it.
 *
 * @param path where it is
 * @param given the path as it was written: those of the pictures begin with it
 * @returns undefined where the path is that of a file.
 * @throws DataError when nothing is there, or it cannot be read.
 */
export async function pictureFolder(
  path: string,
  given: string,
  signal: AbortSignal,
): Promise<PictureFolder | undefined> {
  if ((await entryAt(path)).isDirectory()) return picturesIn(path, given, { entriesOf, formatOf, join }, signal);
  const found = await formatOf(path);
  if (!/image|archive/.test(found)) return undefined;
  throw new DataError(path, `found a file, ${found}, expected ${PICTURES_EXPECTED}`);
}

async function entryAt(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw unreadable(path, cause);
    const names = await readdir(dirname(path)).catch(() => []);
    const advice = didYouMean(basename(path), names) || '. Check the path.';
    throw new DataError(path, `found no such folder or file, expected ${PICTURES_EXPECTED}${advice}`, { cause });
  }
}

async function entriesOf(folder: string): Promise<FolderEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw unreadable(folder, cause);
  });
  const found: FolderEntry[] = [];
  for (const entry of entries) {
    // what a link leads to; one that leads nowhere is said when it is read
    const target = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
    found.push({ name: entry.name, kind: kindOf(target) });
  }
  return found;
}

function kindOf(entry: Dirent | Stats | undefined): FolderEntry['kind'] {
  if (entry === undefined || entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : 'other';
}

const unreadable = (path: string, cause: unknown): DataError =>
  new DataError(path, `cannot be read: ${reasonOf(cause)}. Check the path and who may read it.`, { cause });

/** Bytes that show what a file is. */
const START = 256;

/** `a BMP image`, by its first bytes; nothing where they do not say, or cannot be read. */
async function formatOf(path: string): Promise<string> {
  const file = await openRegularFile(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(START), 0, START, 0);
    return recognizeFormat(buffer.subarray(0, bytesRead)) ?? '';
  } catch {
    return '';
  } finally {
    await file.close();
  }
}
