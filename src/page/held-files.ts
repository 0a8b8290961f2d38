/** The files that a page holds, by their paths: what its user dropped on it or chose, or what it made. */
import { DataError, didYouMean, messageOf, PipelineError } from '../core/errors.js';
import { recognizeFormat } from '../core/files/file-signature.js';
import type { FolderEntry } from '../core/files/picture-folder.js';
import { describeValue } from '../core/wrong-value.js';

/** The most bytes that are read at once, as in Node. */
const CHUNK_BYTES = 256 * 1024;
/** Bytes that show what a file is. */
const START = 256;
/** Files that a message names. */
const NAMED = 20;

/** Files by their paths, and the folders that these make. */
export class HeldFiles {
  readonly #files = new Map<string, Blob>();
  readonly #downloads = new Map<string, Blob>();
  readonly #folders = new Map<string, Map<string, FolderEntry['kind']>>([['', new Map()]]);

  /** @throws PipelineError for what is no path with a Blob. */
  constructor(files: Iterable<readonly [path: string, file: Blob]>) {
    for (const [given, file] of files) {
      if (typeof given !== 'string' || !isBlob(file)) {
        const found = typeof given === 'string' ? `"${given}" with ${describeValue(file)}` : describeValue(given);
        throw new PipelineError(`filesHost: the files should be paths, each with a Blob or File, but one is ${found}`);
      }
      const path = plainPath(given);
      this.#files.set(path, file);
      this.#enter(path, 'file');
    }
  }

  #enter(path: string, kind: FolderEntry['kind']): void {
    const folder = folderOf(path);
    if (!this.#folders.has(folder)) {
      this.#folders.set(folder, new Map());
      this.#enter(folder, 'folder');
    }
    this.#folders.get(folder)?.set(nameOf(path), kind);
  }

  /** Those that were given. */
  get paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** Holds a download under its address. Returns that. */
  hold(address: string, bytes: Uint8Array<ArrayBuffer>): string {
    this.#downloads.set(address, new Blob([bytes]));
    return address;
  }

  /** @throws DataError, with what there is, where the path is that of no file. */
  get(path: string, expected: string): Blob {
    const file = this.#files.get(path) ?? this.#downloads.get(path);
    if (file !== undefined) return file;
    if (this.isFolder(path)) throw new DataError(path, `found a folder, expected ${expected}. Name a file.`);
    throw this.missing(path, 'file', expected);
  }

  /** The error where nothing is at a path. */
  missing(path: string, what: string, expected: string): DataError {
    if (path.includes('://')) {
      const advice = 'a page reads only files that it is given: download it, and give the page that file';
      return new DataError(path, `found an address, expected ${expected} among the files of the page; ${advice}`);
    }
    const { paths } = this;
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
    const found = paths.length === 0 ? 'no files at all' : `${paths.slice(0, NAMED).join(', ')}${more}`;
    const meant = didYouMean(path, paths).replace(/\?$/, '');
    return new DataError(path, `found no such ${what}, expected ${expected}${meant}; found: ${found}`);
  }

  isFolder(path: string): boolean {
    return this.#folders.has(path);
  }

  entriesOf(folder: string): readonly FolderEntry[] {
    return [...(this.#folders.get(folder) ?? [])].map(([name, kind]) => ({ name, kind }));
  }

  /** `a BMP image`, by the first bytes; nothing where they do not say, or cannot be read. */
  async formatOf(path: string): Promise<string> {
    try {
      return recognizeFormat(await readSlice(path, this.get(path, 'a file'), 0, START)) ?? '';
    } catch {
      return '';
    }
  }

  /** A file from its start on: nothing is read ahead of the consumer. @throws DataError when it cannot be read. */
  async *bytesOf(path: string, expected: string): AsyncGenerator<Uint8Array, void, undefined> {
    const file = this.get(path, expected);
    for (let start = 0; start < file.size; start += CHUNK_BYTES) {
      yield await readSlice(path, file, start, start + CHUNK_BYTES);
    }
  }

  /** All of a file. @throws DataError when it cannot be read, or has more bytes than `most`. */
  async allBytesOf(path: string, expected: string, most: number): Promise<Uint8Array> {
    const file = this.get(path, expected);
    if (file.size > most) throw new DataError(path, `found more than ${most / 2 ** 20} MiB, expected less`);
    return readSlice(path, file, 0, file.size);
  }
}

/** Also one of another realm, such as a frame's. */
const isBlob = (file: unknown): file is Blob =>
  typeof file === 'object' && file !== null && 'size' in file && 'arrayBuffer' in file && 'slice' in file;

async function readSlice(path: string, file: Blob, start: number, end: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch (cause) {
    // browsers refuse a file that was changed, moved or removed since it was chosen
    throw new DataError(path, `cannot be read: ${messageOf(cause)}. Choose the file again.`, { cause });
  }
}

/** `./a/../b.csv` is `b.csv`, and so is `/b.csv`: a page has no folders above its own. Addresses stay. */
export function plainPath(path: string): string {
  if (path.includes('://')) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** That of the page's own files is empty. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
