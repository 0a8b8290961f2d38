/**
 * Comes by files that are published, such as MNIST: from the folder that the user names, else from the cache, else from a
 * mirror into the cache. All of them come from one folder, so that no run mixes two data sets.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, MissingDataError } from '../core/errors.js';
import type { FoundFiles, PublishedFiles } from '../core/host.js';
import { type DownloadOptions, download } from './download.js';
import { MirrorFailure } from './fetch-bytes.js';
import { reasonOf } from './system-error.js';

export interface Search extends Omit<DownloadOptions, 'folder'> {
  /** The folder that the user names, where there is one. */
  readonly dataFolder: string | undefined;
  readonly cacheFolder: string;
  /** Never uses the network. */
  readonly offline: boolean;
}

/**
 * @throws DataError when the named folder is none, or the cache cannot be written to.
 * @throws MissingDataError when the files are nowhere to be had; the message says where they were looked for.
 * @throws The signal's reason.
 */
export async function findPublished<Name extends string>(
  published: PublishedFiles<Name>,
  search: Search,
): Promise<FoundFiles<Name>> {
  const { dataFolder, cacheFolder } = search;
  const names = Object.keys(published.checksums) as Name[];
  const lookedAt: string[] = [];
  search.signal.throwIfAborted();

  if (dataFolder !== undefined) {
    await checkFolder(dataFolder, published.title);
    const paths = await lookIn(dataFolder, names);
    if (isComplete(paths, names)) {
      return { from: 'folder', folder: dataFolder, paths };
    }
    lookedAt.push(`the folder ${dataFolder} ${lacks(paths, names)}`);
  }

  const cached = await lookIn(cacheFolder, names);
  if (isComplete(cached, names)) {
    return { from: 'cache', folder: cacheFolder, paths: cached };
  }
  lookedAt.push(`the cache ${cacheFolder} ${lacks(cached, names)}`);

  if (search.offline) {
    throw nowhere(published, [...lookedAt, 'the network is not to be used (offline)']);
  }
  try {
    await downloadAll(missingFrom(cached, names), published, search);
  } catch (thrown) {
    throw thrown instanceof MirrorFailure ? nowhere(published, [...lookedAt, thrown.message], thrown) : thrown;
  }
  const downloaded = await lookIn(cacheFolder, names);
  if (!isComplete(downloaded, names)) {
    const problem = `${lacks(downloaded, names)}, though all were downloaded`;
    throw new DataError(cacheFolder, `${problem}. Was it emptied? Run again.`);
  }
  return { from: 'download', folder: cacheFolder, paths: downloaded };
}

async function checkFolder(folder: string, title: string): Promise<void> {
  const found = await stat(folder).then(
    (entry) => (entry.isDirectory() ? undefined : 'a file'),
    (thrown) => `no folder that can be opened (${reasonOf(thrown)})`,
  );
  if (found !== undefined) {
    const problem = `found ${found}, expected the folder with the ${title} files`;
    throw new DataError(folder, `${problem}. Check --data or MARBLENET_DATA.`);
  }
}

/** Where each file lies. */
type Paths<Name extends string> = Readonly<Record<Name, string>>;

/** Which of the files a folder has; none, when there is no such folder. */
async function lookIn<Name extends string>(folder: string, names: readonly Name[]): Promise<Partial<Paths<Name>>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const path = await firstFile(spellings(name).map((spelling) => join(folder, spelling)));
    if (path !== undefined) {
      found[name] = path;
    }
  }
  return found;
}

/** IDX files as mirrors name them and as some archives do; raw before gzip, which takes longer to read. */
function spellings(name: string): readonly string[] {
  const dotted = name.replace('-idx', '.idx');
  return [name, dotted, `${name}.gz`, `${dotted}.gz`];
}

/** The first path with a file: some archives hold a folder that has a file's name. */
async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isFile()) {
      return path;
    }
  }
  return undefined;
}

const missingFrom = <Name extends string>(paths: Partial<Paths<Name>>, names: readonly Name[]): readonly Name[] =>
  names.filter((name) => paths[name] === undefined);

const isComplete = <Name extends string>(paths: Partial<Paths<Name>>, names: readonly Name[]): paths is Paths<Name> =>
  missingFrom(paths, names).length === 0;

/**
 * The mirror that gave one file is asked first for the next. A file that no mirror gives ends it all: the others would
 * fare no better, and each would wait as long again.
 */
async function downloadAll<Name extends string>(
  names: readonly Name[],
  { checksums, mirrors }: PublishedFiles<Name>,
  search: Search,
): Promise<void> {
  let order = mirrors;
  for (const name of names) {
    const good = await downloadFromAny(order, `${name}.gz`, checksums[name], search);
    order = [good, ...order.filter((mirror) => mirror !== good)];
  }
}

/** Returns the mirror that gave the file. */
async function downloadFromAny(
  mirrors: readonly string[],
  file: string,
  checksum: string,
  search: Search,
): Promise<string> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    try {
      await download(mirror, file, checksum, { ...search, folder: search.cacheFolder });
      return mirror;
    } catch (thrown) {
      if (!(thrown instanceof MirrorFailure)) {
        throw thrown;
      }
      failures.push(`${mirror} (${thrown.message})`);
    }
  }
  throw new MirrorFailure(`no mirror gave ${file}: ${failures.join(', ') || 'none is named'}`);
}

function lacks<Name extends string>(paths: Partial<Paths<Name>>, names: readonly Name[]): string {
  const missing = missingFrom(paths, names);
  return missing.length === names.length ? `has none of the ${names.length} files` : `lacks ${missing.join(' and ')}`;
}

function nowhere(
  { title, checksums, advice }: PublishedFiles,
  lookedAt: readonly string[],
  cause?: Error,
): MissingDataError {
  const names = Object.keys(checksums);
  const put = `Put the ${names.length} files (${names.join(', ')}; raw or .gz) in a folder and give --data FOLDER`;
  return new MissingDataError(title, lookedAt.join('; '), { advice: `${put}, ${advice}.`, cause });
}
