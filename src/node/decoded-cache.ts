/**
 * Keeps what large IDX files decode to from one run to the next: idx-data takes half a second for MNIST, reading and
 * checking what it once decoded a tenth of that. What is kept is an IDX file, raw, whose name holds two checksums: that
 * of the file it was decoded from, so that another file is never taken for it, and its own, so that no damage goes
 * unseen. Of a published file, both are held against what was published: who may write here changes no number of it.
 */
import { createHash } from 'node:crypto';
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../core/errors.js';
import { encodeIdx } from '../core/files/encode-idx.js';
import { headerBytes, MAX_DIMENSIONS, parseIdxHeader } from '../core/files/idx-header.js';
import type { IdxArray } from '../core/host.js';
import type { Shape } from '../core/tensor.js';
import { checksum, checksumOfFile } from './checksum.js';
import { isThere } from './is-there.js';
import { makeFolder } from './make-folder.js';
import { throughPartialFile } from './partial-file.js';
import { openRegularFile } from './regular-file.js';

/** Smaller files are decoded before a cache could be asked; larger ones are left where they are. */
const SMALLEST = 2 ** 20;
const LARGEST = 2 ** 27;

/** How many are kept; the oldest go. */
const KEPT = 8;

/** What a file is to be, unpacked. */
export interface Published {
  readonly checksum: string;
  /** Whether nothing else will do; a folder that the user names may hold another set under the same names. */
  readonly required: boolean;
}

/**
 * What `decode` gives for a file, or the same from the cache. A folder that cannot be read or written is no error: then
 * every file is decoded.
 *
 * @param published where that is known of the file: nothing else is then taken from the cache, or put into it.
 * @throws DataError when the file itself is something else, though `published` requires it.
 */
export async function throughCache(
  path: string,
  folder: string,
  decode: () => Promise<IdxArray>,
  published?: Published,
): Promise<IdxArray> {
  const source = await checksumOfSuitable(path).catch(() => undefined); // `decode` says what is wrong with the file
  const kept = source && (await find(folder, source, published?.checksum).catch(() => undefined));
  // what is kept is of the file that was asked for, and it was found by the sum of what was published
  if (kept) return { path, ...kept, ...(published && { isPublished: true }) };
  const decoded = heldAgainst(published, await decode());
  const { shape, data } = decoded;
  if (!(data instanceof Uint8Array) || source === undefined || decoded.isPublished === false) return decoded;
  const bytes = encodeIdx(shape, data);
  await keep(folder, nameOf(source, published?.checksum ?? checksum(bytes)), bytes).catch(() => {});
  return decoded;
}

/** @throws DataError when it is something else than what was published, though that is required. */
export function heldAgainst(published: Published | undefined, decoded: IdxArray): IdxArray {
  if (published === undefined) return decoded;
  const isPublished = checksum(encodeIdx(decoded.shape, decoded.data)) === published.checksum;
  if (isPublished || !published.required) return { ...decoded, isPublished };
  throw new DataError(decoded.path, 'is not what was published: it was altered after it was checked. Remove it.');
}

/** That of a file, of a size that is kept. */
async function checksumOfSuitable(path: string): Promise<string | undefined> {
  const { size } = await stat(path);
  return size < SMALLEST || size > LARGEST ? undefined : checksumOfFile(path);
}

const nameOf = (source: string, content: string): string => `${source}-${content}.idx`;

/**
 * Whether the file with the checksum `source` was decoded, and is, unpacked, the one with the checksum `content`: a name says
 * so, and reading holds the numbers against it.
 */
export const isDecoded = (folder: string, source: string, content: string): Promise<boolean> =>
  isThere(join(folder, nameOf(source, content)));

/**
 * What was decoded from the file with the checksum `source`; undefined where nothing is kept, or it is damaged.
 *
 * @param content the checksum of what was decoded, where it is known
 */
async function find(
  folder: string,
  source: string,
  content: string | undefined,
): Promise<Pick<IdxArray, 'shape' | 'data'> | undefined> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(content === undefined ? source : nameOf(source, content))) continue;
    const kept = await readChecked(join(folder, name)).catch(() => undefined);
    if (kept === undefined || name !== nameOf(source, kept.sum)) continue;
    const { shape, bytes } = kept;
    return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes(shape.length)) };
  }
  return undefined;
}

/** A file is read in pieces of so many bytes; while one is summed up, the next ones are on their way. */
const PIECE = 2 ** 22;

/**
 * Undefined where the file has not the length that its header says, which is 1 GiB at most: nothing more of it is read then.
 *
 * @throws DataError when it does not begin as IDX; the system's error when it cannot be read.
 */
async function readChecked(
  path: string,
): Promise<{ readonly shape: Shape; readonly bytes: Buffer; readonly sum: string } | undefined> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(headerBytes(MAX_DIMENSIONS));
    const { bytesRead: length } = await file.read(start, 0, start.length, 0);
    const header = parseIdxHeader(path, start.subarray(0, length));
    if (header?.totalBytes !== size) return undefined;
    const bytes = Buffer.allocUnsafeSlow(size);
    const hash = createHash('sha256');
    const read = (at: number) => {
      const reading = file.read(bytes, at, Math.max(0, Math.min(PIECE, size - at)), at);
      reading.catch(() => {}); // what awaits it receives it, unless an earlier one has failed
      return reading;
    };
    let [reading, next] = [read(0), read(PIECE)];
    for (let at = 0; at < size; at += PIECE) {
      const { bytesRead } = await reading;
      [reading, next] = [next, read(at + 2 * PIECE)];
      hash.update(bytes.subarray(at, at + bytesRead)); // fewer where the file became shorter meanwhile: the sum will tell
    }
    return { shape: header.shape, bytes, sum: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

async function keep(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  makeFolder(folder);
  await throughPartialFile(folder, name, async (partial) => {
    await writeFile(partial, bytes);
    await rename(partial, join(folder, name));
  });
  await forgetOldest(folder);
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.idx'));
  const entries = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  entries.sort((a, b) => b.time - a.time);
  for (const { name } of entries.slice(KEPT)) await rm(join(folder, name), { force: true });
}
