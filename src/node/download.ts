/** Fetches one file into a folder: all of it and exactly it, or nothing. */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../core/errors.js';
import { fetchBytes, MirrorFailure, type Patience } from './fetch-bytes.js';
import { fileBytes } from './file-bytes.js';
import { recognizeFormat } from './file-signature.js';
import { throughPartialFile } from './partial-file.js';
import { reasonOf } from './system-error.js';
import { unpackedBytes } from './unpacked-bytes.js';

/** How far the download of one file is. */
export interface DownloadProgress {
  /** Name of the file, for example "train-images-idx3-ubyte.gz". */
  readonly file: string;
  /** Base URL of the mirror. */
  readonly mirror: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes in all, where the mirror tells. */
  readonly total?: number;
}

export interface DownloadOptions extends Patience {
  /** Where the file goes; made when missing. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onDownload: (progress: DownloadProgress) => void;
}

/** The most bytes of a body, and of what it unpacks to: MNIST's largest file has 47 million. */
const MAX_BYTES = 64 * 2 ** 20;

/** Milliseconds between two reports of progress. */
const REPORT_INTERVAL = 100;

/**
 * Downloads `file` from `mirror` into `options.folder`. It goes to a file with a name of its own, which takes its right
 * name only when the checksum is right: an interrupted download is never taken for data, and two processes that
 * download at the same time each put a whole file in place.
 *
 * @param sha256 Of the unpacked bytes, as hexadecimal digits.
 * @throws MirrorFailure when this mirror does not give the right file.
 * @throws DataError when the folder cannot be written to.
 * @throws The signal's reason.
 */
export async function download(mirror: string, file: string, sha256: string, options: DownloadOptions): Promise<void> {
  const { folder } = options;
  await throughPartialFile(folder, file, async (partial) => {
    await receive(mirror, file, partial, options);
    await verify(partial, sha256, options.signal);
    await writing(folder, () => rename(partial, join(folder, file)));
  });
}

async function receive(mirror: string, file: string, partial: string, options: DownloadOptions): Promise<void> {
  const { folder, signal, onDownload } = options;
  const url = mirror.replace(/\/*$/, '/') + file;
  let output: FileHandle | undefined;
  let progress: DownloadProgress = { file, mirror, received: 0 };
  let reported = performance.now();
  try {
    for await (const { bytes, ...length } of fetchBytes(url, options, signal)) {
      progress = { ...progress, ...length, received: progress.received + bytes.length };
      refuseOversize(progress.received);
      // Not before there is something to write: while no server answers, the folder is not what is wrong.
      const target = output ?? (await create(folder, partial));
      output = target;
      await writing(folder, () => target.appendFile(bytes));
      if (performance.now() - reported >= REPORT_INTERVAL) {
        reported = performance.now();
        onDownload(progress);
      }
    }
    const complete = output;
    if (complete === undefined) {
      throw new MirrorFailure('an empty answer');
    }
    // On the disk before it takes its name: a power cut must not leave an empty file under it.
    await writing(folder, () => complete.sync());
  } finally {
    await output?.close();
  }
  onDownload(progress);
}

const create = (folder: string, partial: string): Promise<FileHandle> =>
  writing(folder, async () => {
    await mkdir(folder, { recursive: true });
    return open(partial, 'wx');
  });

async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const problem = `found a cache folder that cannot be written to (${reasonOf(cause)}), expected one that can`;
    const advice = 'Make room or give access, or name another folder in MARBLENET_CACHE.';
    throw new DataError(folder, `${problem}. ${advice}`, { cause });
  }
}

async function verify(partial: string, sha256: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  let length = 0;
  let start: Uint8Array | undefined;
  try {
    for await (const chunk of unpackedBytes(partial, fileBytes(partial, 'what was downloaded'))) {
      signal.throwIfAborted();
      length += chunk.length;
      refuseOversize(length);
      start ??= chunk;
      hash.update(chunk);
    }
  } catch (thrown) {
    throw thrown instanceof DataError ? new MirrorFailure('damaged gzip data', { cause: thrown }) : thrown;
  }
  const found = hash.digest('hex');
  if (found !== sha256) {
    const format = start && recognizeFormat(Buffer.from(start));
    const looks = format === undefined ? '' : ` (this looks like ${format})`;
    throw new MirrorFailure(`checksum ${abbreviate(found)}, expected ${abbreviate(sha256)}${looks}`);
  }
}

const abbreviate = (digest: string): string => `${digest.slice(0, 8)}...`;

function refuseOversize(bytes: number): void {
  if (bytes > MAX_BYTES) {
    throw new MirrorFailure(`more than ${MAX_BYTES / 2 ** 20} MiB`);
  }
}
