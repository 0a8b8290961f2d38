/** Fetches one published file: all of it and exactly it, or nothing. */
import { createHash } from 'node:crypto';
import { clock } from '../core/clock.js';
import { DataError } from '../core/errors.js';
import { recognizeFormat } from '../core/files/file-signature.js';
import { fetchBytes, MirrorFailure, type Patience } from './fetch-bytes.js';
import { chunksOf } from './file-bytes.js';
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
  readonly signal: AbortSignal;
  readonly onDownload: (progress: DownloadProgress) => void;
}

/** The most bytes of a body, and of what it unpacks to: MNIST's largest file has 47 million. */
export const MAX_BYTES = 64 * 2 ** 20;

/** Milliseconds between two reports of progress. */
const REPORT_INTERVAL = 100;

/**
 * Downloads `file` from `mirror`, as it is packed.
 *
 * @param sha256 Of the unpacked bytes, as hexadecimal digits.
 * @throws MirrorFailure when this mirror does not give the right file.
 * @throws The signal's reason.
 */
export async function download(
  mirror: string,
  file: string,
  sha256: string,
  options: DownloadOptions,
): Promise<Uint8Array> {
  const bytes = await receive(mirror, file, options);
  await verify(bytes, sha256, options.signal);
  return bytes;
}

/** Where a mirror has a file. */
export const addressOf = (mirror: string, file: string): string => mirror.replace(/\/*$/, '/') + file;

async function receive(mirror: string, file: string, options: DownloadOptions): Promise<Uint8Array> {
  const { signal, onDownload } = options;
  const pieces: Uint8Array[] = [];
  let progress: DownloadProgress = { file, mirror, received: 0 };
  let reported = clock.now();
  for await (const { bytes, ...length } of fetchBytes(addressOf(mirror, file), options, signal)) {
    progress = { ...progress, ...length, received: progress.received + bytes.length };
    refuseOversize(progress.received);
    pieces.push(bytes);
    if (clock.now() - reported >= REPORT_INTERVAL) {
      reported = clock.now();
      onDownload(progress);
    }
  }
  if (progress.received === 0) throw new MirrorFailure('an empty answer');
  onDownload(progress);
  return Buffer.concat(pieces);
}

async function verify(bytes: Uint8Array, sha256: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  let length = 0;
  let start: Uint8Array | undefined;
  try {
    for await (const chunk of unpackedBytes('the download', chunksOf(bytes))) {
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
