/** Downloads that are kept from one run to the next, and checked before each: a disk may have cut or altered them. */
import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_BYTES } from '../core/downloads/download.js';
import { type Paths, spellings } from '../core/files/file-names.js';
import { checksumOf, checksumOfFile } from './checksum.js';
import { isDecoded } from './decoded-cache.js';
import { fileBytes } from './file-bytes.js';
import { makeFolder } from './make-folder.js';
import { throughPartialFile } from './partial-file.js';
import { unpackedBytes } from './unpacked-bytes.js';

export interface Cached<Name extends string> {
  /** Those that are there, and as they were published. */
  readonly paths: Partial<Paths<Name>>;
  /** Paths of files that are there and are not. */
  readonly damaged: readonly string[];
}

/**
 * @param checksums By name: SHA-256 of the unpacked bytes.
 * @param decodedFolder where it may be known what a file unpacks to.
 */
export async function lookInCache<Name extends string>(
  folder: string | undefined,
  checksums: Readonly<Record<Name, string>>,
  decodedFolder: string | undefined,
): Promise<Cached<Name>> {
  const paths: Partial<Record<Name, string>> = {};
  const damaged: string[] = [];
  if (folder === undefined) return { paths, damaged };
  for (const name of Object.keys(checksums) as Name[]) {
    const wrong: string[] = [];
    for (const path of spellings(name).map((spelling) => join(folder, spelling))) {
      if (!(await isFile(path))) continue;
      if (await isPublished(path, checksums[name], decodedFolder).catch(() => false)) {
        paths[name] = path;
        break;
      }
      wrong.push(path);
    }
    if (paths[name] === undefined) damaged.push(...wrong);
  }
  return { paths, damaged };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );

/**
 * What was unpacked once, and is kept beside its checksum, needs not be unpacked again to know it. What is larger than any
 * download is not read at all: a sparse file of terabytes takes no room on a disk.
 */
async function isPublished(path: string, expected: string, decodedFolder: string | undefined): Promise<boolean> {
  if ((await stat(path)).size > MAX_BYTES) return false;
  const packed = await checksumOfFile(path);
  if (packed === expected) return true;
  if (decodedFolder !== undefined && (await isDecoded(decodedFolder, packed, expected))) return true;
  return (await checksumOf(upToMost(unpackedBytes(path, fileBytes(path, 'a file of the cache'))))) === expected;
}

/** @throws RangeError when there are more bytes than any download unpacks to. */
async function* upToMost(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MAX_BYTES) throw new RangeError(`more than ${MAX_BYTES} bytes`);
    yield piece;
  }
}

/**
 * Writes a file of the cache: all of it, or nothing. Of two processes that write the same, each puts a whole file in place.
 *
 * @returns its path.
 * @throws the system's error.
 */
export async function keepInCache(folder: string, file: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, file);
  makeFolder(folder);
  await throughPartialFile(folder, file, async (partial) => {
    const output = await open(partial, 'wx');
    try {
      await output.writeFile(bytes);
      await output.sync(); // before it takes its name: a power cut must not leave an empty file under it
    } finally {
      await output.close();
    }
    await rename(partial, path);
  });
  return path;
}
