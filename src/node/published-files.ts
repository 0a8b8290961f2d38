/**
 * Comes by files that are published, such as MNIST: from the folder that the user names, or, where none is named, from the
 * cache, else from a mirror into the cache. What comes from the cache or a mirror is what was published, byte for byte.
 */
import { join } from 'node:path';
import type { DownloadOptions } from '../core/downloads/download.js';
import { MirrorFailure } from '../core/downloads/fetch-bytes.js';
import { downloadAll } from '../core/downloads/mirrors.js';
import { DataError, MissingDataError } from '../core/errors.js';
import { isComplete, lacks, missingFrom } from '../core/files/file-names.js';
import type { FoundFiles, PublishedFiles } from '../core/host.js';
import { keepInCache, lookInCache } from './download-cache.js';
import { findInFolder, lookInFolder } from './named-folder.js';
import { reasonOf } from './system-error.js';

export interface Search extends DownloadOptions {
  /** The folder that the user names, where there is one. */
  readonly dataFolder: string | undefined;
  /** Undefined where this user has none. */
  readonly cacheFolder: string | undefined;
  /** Where it may be known what a file of the cache unpacks to. */
  readonly decodedFolder: string | undefined;
  /** Never uses the network. */
  readonly offline: boolean;
  /** Holds a file that cannot be kept in the cache, under its address. */
  readonly hold: (address: string, bytes: Uint8Array) => void;
}

const NO_CACHE = 'there is no home folder with a cache';

/**
 * @throws DataError when the named folder has not all files, or a damaged one cannot be downloaded again.
 * @throws MissingDataError when the files are nowhere to be had; the message says where they were looked for.
 * @throws The signal's reason.
 */
export async function findPublished<Name extends string>(
  published: PublishedFiles<Name>,
  search: Search,
): Promise<FoundFiles<Name>> {
  const { dataFolder, offline, signal } = search;
  signal.throwIfAborted();
  if (dataFolder !== undefined) return { from: 'folder', ...(await findInFolder(dataFolder, published)) };

  const names = Object.keys(published.checksums) as Name[];
  for (const folder of published.folders ?? []) {
    const paths = await lookInFolder(folder, names);
    if (isComplete(paths, names)) return { from: 'folder', folder, paths };
  }

  const cacheFolder = search.cacheFolder && join(search.cacheFolder, published.cacheFolder ?? '');
  const { paths, damaged } = await lookInCache(cacheFolder, published.checksums, search.decodedFolder);
  if (cacheFolder !== undefined && isComplete(paths, names)) return { from: 'cache', folder: cacheFolder, paths };

  const failed = (reason: string, cause?: Error): DataError => {
    if (damaged.length > 0) return isDamaged(damaged, reason, cause);
    const cache =
      cacheFolder === undefined
        ? `${NO_CACHE}; MARBLENET_CACHE names one`
        : `the cache ${cacheFolder} ${lacks(paths, names)}`;
    return nowhere(published, `${cache}; ${reason}`, cause);
  };
  if (offline) throw failed('the network is not to be used (offline)');
  try {
    return await fromMirrors(published, paths, cacheFolder, damaged, search);
  } catch (thrown) {
    throw thrown instanceof MirrorFailure ? failed(thrown.message, thrown) : thrown;
  }
}

/** Downloads what is missing, and keeps it in the cache, or in memory where that cannot be. */
async function fromMirrors<Name extends string>(
  published: PublishedFiles<Name>,
  cached: Partial<Record<Name, string>>,
  cacheFolder: string | undefined,
  damaged: readonly string[],
  search: Search,
): Promise<FoundFiles<Name>> {
  const names = Object.keys(published.checksums) as Name[];
  const paths: Partial<Record<Name, string>> = { ...cached };
  let folder = cacheFolder ?? '';
  let notKept: string | undefined;
  for await (const { name, address, mirror, bytes } of downloadAll(missingFrom(cached, names), published, search)) {
    try {
      if (cacheFolder === undefined) throw new Error(NO_CACHE);
      paths[name] = await keepInCache(cacheFolder, `${name}.gz`, bytes);
    } catch (error) {
      search.hold(address, bytes);
      paths[name] = address;
      folder = mirror;
      notKept =
        cacheFolder === undefined ? NO_CACHE : `the cache ${cacheFolder} cannot be written to (${reasonOf(error)})`;
    }
  }
  const remarks = [
    ...damaged.map((path) => `${path} was damaged: it was downloaded again`),
    ...(notKept
      ? [`${notKept}: ${published.title} is not kept for the next run; MARBLENET_CACHE names another folder`]
      : []),
  ];
  return {
    from: 'download',
    folder,
    paths: paths as Record<Name, string>,
    ...(remarks.length > 0 && { remark: remarks.join('; ') }),
  };
}

function isDamaged([path, ...others]: readonly string[], reason: string, cause: Error | undefined): DataError {
  const more = others.length === 0 ? '' : `, and so ${others.join(' and ')}`;
  const problem = `found a damaged file in the cache${more}, and could not download it again (${reason})`;
  return new DataError(path, `${problem}. Remove it, and run again with a network.`, { cause });
}

function nowhere({ title, checksums, advice }: PublishedFiles, problem: string, cause?: Error): MissingDataError {
  const names = Object.keys(checksums);
  const put = `Put the ${names.length} files (${names.join(', ')}; raw or .gz) in a folder and give --data FOLDER`;
  return new MissingDataError(title, problem, { advice: `${put}, ${advice}.`, cause });
}
