/**
 * Comes by MNIST: from the folder that the user names, else from the cache, else from a mirror into the cache. All four
 * files come from one folder, so that no run mixes two data sets.
 */
import { stat } from 'node:fs/promises';
import { DataError, MissingDataError } from '../core/errors.js';
import type { MnistFiles, Origin } from '../core/host.js';
import { type DownloadOptions, download } from './download.js';
import { MirrorFailure } from './fetch-bytes.js';
import { isComplete, lookIn, MNIST_FILES, type MnistFile, type MnistPaths, missingFrom } from './mnist-files.js';
import { reasonOf } from './system-error.js';

export interface MnistSearch extends Omit<DownloadOptions, 'folder'> {
  /** The folder that the user names, where there is one. */
  readonly dataFolder: string | undefined;
  readonly cacheFolder: string;
  /** Base URLs, the best first. */
  readonly mirrors: readonly string[];
  /** Asks nobody on the network. */
  readonly offline: boolean;
  readonly checksums: Readonly<Record<MnistFile, string>>;
}

/**
 * @throws DataError when the named folder is none, or the cache cannot be written to.
 * @throws MissingDataError when the files are nowhere to be had; the message says where they were looked for.
 * @throws The signal's reason.
 */
export async function findMnist(search: MnistSearch): Promise<MnistFiles> {
  const { dataFolder, cacheFolder } = search;
  const lookedAt: string[] = [];
  search.signal.throwIfAborted();

  if (dataFolder !== undefined) {
    await checkFolder(dataFolder);
    const paths = await lookIn(dataFolder);
    if (isComplete(paths)) {
      return mnistFiles(paths, 'folder', dataFolder);
    }
    lookedAt.push(`the folder ${dataFolder} ${lacks(paths)}`);
  }

  const cached = await lookIn(cacheFolder);
  if (isComplete(cached)) {
    return mnistFiles(cached, 'cache', cacheFolder);
  }
  lookedAt.push(`the cache ${cacheFolder} ${lacks(cached)}`);

  if (search.offline) {
    throw nowhere([...lookedAt, 'the network is not to be used (offline)']);
  }
  try {
    await downloadAll(missingFrom(cached), search);
  } catch (thrown) {
    throw thrown instanceof MirrorFailure ? nowhere([...lookedAt, thrown.message], thrown) : thrown;
  }
  const downloaded = await lookIn(cacheFolder);
  if (!isComplete(downloaded)) {
    throw new DataError(cacheFolder, `${lacks(downloaded)}, though all were downloaded. Was it emptied? Run again.`);
  }
  return mnistFiles(downloaded, 'download', cacheFolder);
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).then(
    (entry) => (entry.isDirectory() ? undefined : 'a file'),
    (thrown) => `no folder that can be opened (${reasonOf(thrown)})`,
  );
  if (found !== undefined) {
    const problem = `found ${found}, expected the folder with the MNIST files`;
    throw new DataError(folder, `${problem}. Check --data or MARBLENET_DATA.`);
  }
}

function mnistFiles(paths: MnistPaths, from: NonNullable<Origin['from']>, path: string): MnistFiles {
  return {
    train: { images: paths['train-images-idx3-ubyte'], labels: paths['train-labels-idx1-ubyte'] },
    test: { images: paths['t10k-images-idx3-ubyte'], labels: paths['t10k-labels-idx1-ubyte'] },
    origin: { source: 'mnist', from, path },
  };
}

/**
 * The mirror that gave one file is asked first for the next. A file that no mirror gives ends it all: the others would
 * fare no better, and each would wait as long again.
 */
async function downloadAll(files: readonly MnistFile[], search: MnistSearch): Promise<void> {
  let { mirrors } = search;
  for (const file of files) {
    const good = await downloadFromAny(mirrors, file, search);
    mirrors = [good, ...mirrors.filter((mirror) => mirror !== good)];
  }
}

/** Returns the mirror that gave the file. */
async function downloadFromAny(mirrors: readonly string[], file: MnistFile, search: MnistSearch): Promise<string> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    try {
      await download(mirror, `${file}.gz`, search.checksums[file], { ...search, folder: search.cacheFolder });
      return mirror;
    } catch (thrown) {
      if (!(thrown instanceof MirrorFailure)) {
        throw thrown;
      }
      failures.push(`${mirror} (${thrown.message})`);
    }
  }
  throw new MirrorFailure(`no mirror gave ${file}.gz: ${failures.join(', ') || 'none is named'}`);
}

function lacks(paths: Partial<MnistPaths>): string {
  const missing = missingFrom(paths);
  return missing.length === MNIST_FILES.length ? 'has none of the four files' : `lacks ${missing.join(' and ')}`;
}

function nowhere(lookedAt: readonly string[], cause?: Error): MissingDataError {
  const files = `${MNIST_FILES.join(', ')}; raw or .gz`;
  const advice = `Put the four files (${files}) in a folder and give --data FOLDER, or write mnist: { fallback: digits }`;
  return new MissingDataError('MNIST', lookedAt.join('; '), { advice: `${advice}.`, cause });
}
