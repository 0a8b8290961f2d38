/** Folders of pictures, a folder a class: what is in them, by names alone where these say what a file is. */
import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError, didYouMean } from '../../core/errors.js';
import type { PictureFolder } from '../../core/host.js';
import { recognizeFormat } from '../file-signature.js';
import { openRegularFile } from '../regular-file.js';
import { codeOf, reasonOf } from '../system-error.js';

const EXPECTED = 'a folder of pictures, or a table of their paths';

const PICTURE = /\.(png|jpe?g|jfif)$/i;

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
  if (!(await entryAt(path)).isDirectory()) {
    const found = await formatOf(path);
    if (!/image|archive/.test(found)) return undefined;
    throw new DataError(path, `found a file, ${found}, expected ${EXPECTED}`);
  }
  const others = new Map<string, number>();
  const passOver = (what: string) => void others.set(what, (others.get(what) ?? 0) + 1);
  const classes: PictureFolder['classes'][number][] = [];
  for (const { name, kind } of await entriesOf(path)) {
    signal.throwIfAborted();
    if (name.startsWith('.')) passOver('hidden file');
    else if (kind !== 'folder') passOver(PICTURE.test(name) ? 'loose picture' : 'loose file');
    else classes.push({ name, ...(await classIn(join(path, name), join(given, name), passOver)) });
  }
  return { path, classes, others };
}

async function classIn(
  path: string,
  given: string,
  passOver: (what: string) => void,
): Promise<Omit<PictureFolder['classes'][number], 'name'>> {
  const pictures: string[] = [];
  let hasFolders = false;
  for (const { name, kind } of await entriesOf(path)) {
    if (name.startsWith('.')) passOver('hidden file');
    else if (kind === 'folder') {
      passOver('inner folder');
      hasFolders = true;
    } else if (kind === 'file' && PICTURE.test(name)) pictures.push(join(given, name));
    else {
      const format = kind === 'file' ? await formatOf(join(path, name)) : '';
      if (format === 'a PNG image' || format === 'a JPEG image') pictures.push(join(given, name));
      else passOver(format.endsWith('image') ? format.replace(/^an? /, '') : 'other file');
    }
  }
  return { pictures, hasFolders };
}

async function entryAt(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw unreadable(path, cause);
    const names = await readdir(dirname(path)).catch(() => []);
    const advice = didYouMean(basename(path), names) || '. Check the path.';
    throw new DataError(path, `found no such folder or file, expected ${EXPECTED}${advice}`, { cause });
  }
}

interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
}

/** In the order of their names, whatever that of the file system. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw unreadable(folder, cause);
  });
  const found: Entry[] = [];
  for (const entry of entries) {
    // what a link leads to; one that leads nowhere is said when it is read
    const target = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => undefined) : entry;
    found.push({ name: entry.name, kind: kindOf(target) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function kindOf(entry: Dirent | Stats | undefined): Entry['kind'] {
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
