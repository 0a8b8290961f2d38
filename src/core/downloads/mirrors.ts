/** Asks mirrors for files, in rounds: one that is busy is asked again after the others. */
import { clock } from '../clock.js';
import type { PublishedFiles } from '../host.js';
import { addressOf, type DownloadOptions, download } from './download.js';
import { MirrorFailure } from './fetch-bytes.js';

export interface Downloaded<Name extends string> {
  readonly name: Name;
  /** Base URL. */
  readonly mirror: string;
  /** Of the file. */
  readonly address: string;
  /** As it is packed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How often a mirror is asked for a file at most. */
const ROUNDS = 3;

/** The longest wait for a busy mirror, in milliseconds: one that asks for more is not asked again. */
const LONGEST_WAIT = 10_000;

/**
 * Downloads files. The mirror that gave one is asked first for the next. A file that no mirror gives ends it all: the
 * others would fare no better, and each would wait as long again.
 *
 * @throws MirrorFailure that names each mirror, and why; the signal's reason.
 */
export async function* downloadAll<Name extends string>(
  names: readonly Name[],
  { checksums, mirrors }: PublishedFiles<Name>,
  options: DownloadOptions,
): AsyncGenerator<Downloaded<Name>, void, undefined> {
  let order = mirrors;
  for (const name of names) {
    const file = `${name}.gz`;
    const { mirror, bytes } = await downloadFromAny(order, file, checksums[name], options);
    yield { name, mirror, address: addressOf(mirror, file), bytes };
    order = [mirror, ...order.filter((other) => other !== mirror)];
  }
}

async function downloadFromAny(
  mirrors: readonly string[],
  file: string,
  checksum: string,
  options: DownloadOptions,
): Promise<Pick<Downloaded<string>, 'mirror' | 'bytes'>> {
  const failures = new Map<string, string>();
  let asked = mirrors;
  for (let round = 1; asked.length > 0; round++) {
    const waits = new Map<string, number>();
    for (const mirror of asked) {
      try {
        return { mirror, bytes: await download(mirror, file, checksum, options) };
      } catch (thrown) {
        if (!(thrown instanceof MirrorFailure)) throw thrown;
        failures.set(mirror, round === 1 ? thrown.message : `${thrown.message}, asked ${round} times`);
        if (thrown.retryAfter !== undefined) waits.set(mirror, Math.max(thrown.retryAfter, backoff(round, options)));
      }
    }
    asked = round === ROUNDS ? [] : [...waits].filter(([, wait]) => wait <= LONGEST_WAIT).map(([mirror]) => mirror);
    if (asked.length > 0) await waiting(Math.min(...waits.values()), options.signal);
  }
  const tried = [...failures].map(([mirror, reason]) => `${mirror} (${reason})`);
  throw new MirrorFailure(`no mirror gave ${file}: ${tried.join(', ') || 'none is named'}`);
}

/** Twice as long each time. */
const backoff = (round: number, { retryDelay }: DownloadOptions): number => retryDelay * 2 ** (round - 1);

async function waiting(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
  signal.throwIfAborted();
}
