/** Fetches one published file: all of it and exactly it, or nothing. */
import { joined } from '../bytes.js';
import { clock } from '../clock.js';
import { DataError } from '../errors.js';
import { recognizeFormat } from '../files/file-signature.js';
import { fetchBytes, MirrorFailure, type Network, type Patience } from './fetch-bytes.js';

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
  readonly network: Network;
  /** What is in a file that was downloaded, packed or not. @throws DataError when it is broken. */
  unpacked(bytes: Uint8Array): AsyncIterable<Uint8Array>;
  /** SHA-256 of bytes that come piece by piece, as hexadecimal digits. */
  checksumOf(pieces: AsyncIterable<Uint8Array>): Promise<string>;
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
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await receive(mirror, file, options);
  await verify(bytes, sha256, options);
  return bytes;
}

/** Where a mirror has a file. */
export const addressOf = (mirror: string, file: string): string => mirror.replace(/\/*$/, '/') + file;

async function receive(mirror: string, file: string, options: DownloadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, onDownload } = options;
  const pieces: Uint8Array[] = [];
  let progress: DownloadProgress = { file, mirror, received: 0 };
  let reported = clock.now();
  for await (const { bytes, ...length } of fetchBytes(addressOf(mirror, file), options, signal, options.network)) {
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
  return joined(pieces);
}

/** @throws MirrorFailure when what is in a file is not what was published; the signal's reason. */
async function verify(bytes: Uint8Array, sha256: string, options: DownloadOptions): Promise<void> {
  let start: Uint8Array | undefined;
  async function* pieces() {
    let length = 0;
    for await (const chunk of options.unpacked(bytes)) {
      options.signal.throwIfAborted();
      length += chunk.length;
      refuseOversize(length);
      start ??= chunk;
      yield chunk;
    }
  }
  const found = await options.checksumOf(pieces()).catch((thrown) => {
    throw thrown instanceof DataError ? new MirrorFailure('damaged gzip data', { cause: thrown }) : thrown;
  });
  if (found !== sha256) {
    const format = start && recognizeFormat(start);
    const looks = format === undefined ? '' : ` (this looks like ${format})`;
    throw new MirrorFailure(`checksum ${abbreviate(found)}, expected ${abbreviate(sha256)}${looks}`);
  }
}

/** Whether what is in a file is what was published. */
export const matches = (bytes: Uint8Array, sha256: string, options: DownloadOptions): Promise<boolean> =>
  verify(bytes, sha256, options).then(
    () => true,
    (thrown) => {
      if (thrown instanceof MirrorFailure) return false;
      throw thrown;
    },
  );

const abbreviate = (digest: string): string => `${digest.slice(0, 8)}...`;

function refuseOversize(bytes: number): void {
  if (bytes > MAX_BYTES) {
    throw new MirrorFailure(`more than ${MAX_BYTES / 2 ** 20} MiB`);
  }
}
