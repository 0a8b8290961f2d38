/** Folders of pictures, a folder a class: what is in them, by names alone where these say what a file is. */
import type { PictureFolder } from '../host.js';

/** What is said to be expected where a path leads to something else. */
export const PICTURES_EXPECTED = 'a folder of pictures, or a table of their paths';

const PICTURE = /\.(png|jpe?g|jfif)$/i;

/** What is in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
}

/** Folders as a host has them. Paths are what it makes of them. */
export interface Folders {
  /** In any order. @throws DataError when it cannot be read. */
  entriesOf(path: string): Promise<readonly FolderEntry[]>;
  /** `a BMP image`, by the first bytes of a file; nothing where they do not say, or cannot be read. */
  formatOf(path: string): Promise<string>;
  /** The path of what is in a folder. */
  join(path: string, name: string): string;
}

/**
 * Looks into a folder, and into those in it.
 *
 * @param path where it is
 * @param given the path as it was written: those of the pictures begin with it
 * @throws what `folders` does; the signal's reason.
 */
export async function picturesIn(
  path: string,
  given: string,
  folders: Folders,
  signal: AbortSignal,
): Promise<PictureFolder> {
  const others = new Map<string, number>();
  const passOver = (what: string) => void others.set(what, (others.get(what) ?? 0) + 1);
  const classes: PictureFolder['classes'][number][] = [];
  for (const { name, kind } of await inOrder(folders, path)) {
    signal.throwIfAborted();
    if (name.startsWith('.')) passOver('hidden file');
    else if (kind !== 'folder') passOver(PICTURE.test(name) ? 'loose picture' : 'loose file');
    else {
      const found = await classIn(folders.join(path, name), folders.join(given, name), folders, passOver);
      classes.push({ name, ...found });
    }
  }
  return { path, classes, others };
}

async function classIn(
  path: string,
  given: string,
  folders: Folders,
  passOver: (what: string) => void,
): Promise<Omit<PictureFolder['classes'][number], 'name'>> {
  const pictures: string[] = [];
  let hasFolders = false;
  for (const { name, kind } of await inOrder(folders, path)) {
    if (name.startsWith('.')) passOver('hidden file');
    else if (kind === 'folder') {
      passOver('inner folder');
      hasFolders = true;
    } else if (kind === 'file' && PICTURE.test(name)) pictures.push(folders.join(given, name));
    else {
      const format = kind === 'file' ? await folders.formatOf(folders.join(path, name)) : '';
      if (format === 'a PNG image' || format === 'a JPEG image') pictures.push(folders.join(given, name));
      else passOver(format.endsWith('image') ? format.replace(/^an? /, '') : 'other file');
    }
  }
  return { pictures, hasFolders };
}

/** In the order of their names, whatever that of the host. */
const inOrder = async (folders: Folders, path: string): Promise<readonly FolderEntry[]> =>
  (await folders.entriesOf(path)).toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
