/**
 * Data files by their SHA-256: the sweep puts them into the store, each once, and a worker that has not the same file under the same
 * name takes it from there into its cache.
 */
import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { DataError, PipelineError } from '../../core/errors.js';
import { defaultCacheFolder } from '../cache-folder.js';
import { checksumOfFile } from '../checksum.js';
import { fileBytes } from '../file-bytes.js';
import { changedWhileRead, identityOfFile } from '../file-identity.js';
import { makeFolder } from '../make-folder.js';
import { throughPartialFile } from '../partial-file.js';
import { type CheckedFiles, PICTURES } from '../run-environment.js';
import { notWritten } from './not-written.js';
import { MissingObjectError, type Objects } from './objects.js';
import { receiveFile } from './receive-file.js';
import { pathInside } from './store.js';
import type { TrialJob } from './trial-job.js';

const keyOf = (sha256: string): string => `data/${sha256}`;

/**
 * Which of the files that were read can be sent: those that the pipeline names, which are in the data folder. Pictures are not, nor
 * is a table of them, nor what was downloaded.
 *
 * @param named paths in the data folder
 * @returns all, those by their paths in it, in one order on all machines.
 */
export function filesToSend(read: CheckedFiles, named: ReadonlySet<string>, dataFolder: string): TrialJob['data'] {
  const all = new Set(read.map(({ path }) => path));
  return read
    .map(({ path, sha256 }) => {
      const way = pathInside(dataFolder, path);
      const isSent = way !== undefined && named.has(way) && !all.has(join(path, PICTURES));
      return isSent ? { sha256, path: way } : { sha256 };
    })
    .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

/** Those that the store has, or is to have. */
export const sentOf = (data: TrialJob['data']): CheckedFiles =>
  data.flatMap(({ path, sha256 }) => (path === undefined ? [] : [{ path, sha256 }]));

/**
 * @param files by their paths in the data folder
 * @throws DataError when one cannot be read, or is another by now; RunError when the store cannot be used.
 */
export async function sendFiles(objects: Objects, dataFolder: string, files: CheckedFiles): Promise<void> {
  for (const { path, sha256 } of files) {
    if (!(await objects.has(keyOf(sha256)))) await objects.send(keyOf(sha256), bytesOf(join(dataFolder, path), sha256));
  }
}

async function* bytesOf(path: string, sha256: string): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  for await (const piece of fileBytes(path, 'a data file')) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== sha256) throw changedWhileRead(path);
}

/** What files are known to be, by their paths: none is summed up twice that stays as it is. */
const known = new Map<string, { readonly identity: string; readonly sha256: string }>();

/** Files that are on their way, or there, by their paths in the cache: trials that begin at once fetch none twice. */
const fetched = new Map<string, Promise<void>>();

/**
 * Where files are that a trial reads: in the data folder, where it has the same; else in the cache.
 *
 * @param files as they were sent, by their paths in a data folder
 * @returns their paths on this machine, by those.
 * @throws PipelineError for a path that leads out of the data folder; DataError when the store has not the file, or another;
 * RunError when the store, or the cache, cannot be used.
 */
export async function locateFiles(
  objects: Objects,
  files: CheckedFiles,
  dataFolder: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const located = new Map<string, string>();
  const root = resolve(dataFolder ?? '');
  for (const { path, sha256 } of files) {
    const own = join(root, path);
    if (pathInside(root, own) !== path || path === '') {
      throw new PipelineError(`${path}: the trial names a file outside of the data folder of the worker`);
    }
    const isOwn = dataFolder !== undefined && (await isSame(own, sha256));
    located.set(path, isOwn ? own : await fetchFile(objects, path, sha256));
  }
  return located;
}

async function fetchFile(objects: Objects, path: string, sha256: string): Promise<string> {
  const folder = join((await defaultCacheFolder()) ?? tmpdir(), 'data', sha256);
  const kept = join(folder, basename(path)); // its name says what it is
  const fetching = fetched.get(kept) ?? keep(objects, sha256, folder, kept);
  fetched.set(kept, fetching);
  try {
    await fetching;
    return kept;
  } catch (error) {
    fetched.delete(kept);
    if (!(error instanceof MissingObjectError)) throw error;
    throw new DataError(
      path,
      `it is not in the data folder as the sweep has read it, nor in the store: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

async function keep(objects: Objects, sha256: string, folder: string, kept: string): Promise<void> {
  if (await isSame(kept, sha256)) return;
  try {
    makeFolder(folder);
    await throughPartialFile(folder, basename(kept), async (partial) => {
      await receiveFile(objects, keyOf(sha256), sha256, partial);
      await rename(partial, kept);
    });
  } catch (error) {
    throw notWritten(kept, error);
  }
}

/** Whether there is a file of these bytes. */
async function isSame(path: string, sha256: string): Promise<boolean> {
  try {
    const identity = await identityOfFile(path);
    const before = known.get(path);
    if (before?.identity === identity) return before.sha256 === sha256;
    const found = await checksumOfFile(path);
    known.set(path, { identity, sha256: found });
    return found === sha256;
  } catch {
    return false; // reading it would say what is wrong with it, but the store has it
  }
}
