/** One HTTP download that cannot hang: it has so long to answer, and then so long for each next part of the body. */
import { clock } from '../clock.js';

/** One mirror did not give the file, and why in a few words: the next mirror has its turn. */
export class MirrorFailure extends Error {
  override readonly name = 'MirrorFailure';
  /** Where it may give it later: after how many milliseconds at the earliest. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { retryAfter, ...options }: ErrorOptions & { readonly retryAfter?: number } = {}) {
    super(message, options);
    this.retryAfter = retryAfter;
  }
}

/** How long a mirror is waited for, in milliseconds. */
export interface Patience {
  /** Until the headers of the answer. */
  readonly connectTimeout: number;
  /** Until the next 64 KiB of the body, or its end. */
  readonly stallTimeout: number;
  /** Before a mirror that is busy, or broke off, is asked once more; twice as long before the second time. */
  readonly retryDelay: number;
}

export interface Piece {
  readonly bytes: Uint8Array;
  /** Length of the whole body in bytes, where the server tells. */
  readonly total?: number;
}

/** Bytes that must come within `stallTimeout`: by default 6.5 kB/s, as a modem had. */
const LEAST = 64 * 2 ** 10;

/** What a server answers that is too busy, or whose own server does not answer. */
const BUSY: readonly number[] = [429, 502, 503, 504];

/** The network, as a host has it. */
export interface Network {
  /** What fetches an address, and words for how: "; HTTPS_PROXY is set", or nothing. */
  open(url: string): Promise<{ readonly fetch: Fetch; readonly by: string }>;
  /** Why a request failed, in a few words. */
  reasonOf(thrown: unknown): string;
  /** Whether a connection was cut off: the next one may hold. */
  isCutOff(thrown: unknown): boolean;
}

/** As much of `fetch` as is used here. */
export type Fetch = (
  url: string,
  options: { readonly signal: AbortSignal; readonly headers: Record<string, string> },
) => Promise<Answer>;

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly body: { getReader(): { read(): Promise<{ readonly value?: Uint8Array | undefined }> } } | null;
}

interface Headers {
  get(name: string): string | null;
  has(name: string): boolean;
}

/**
 * Yields the body of `url` as it comes. The connection is let go however it ends.
 *
 * @param signal Ends the download at once.
 * @throws MirrorFailure when the server does not answer in time, refuses, is too slow, or breaks off.
 * @throws The signal's reason.
 */
export async function* fetchBytes(
  url: string,
  patience: Patience,
  signal: AbortSignal,
  network: Network,
): AsyncGenerator<Piece, void, undefined> {
  const attempt = new Attempt(signal, network);
  try {
    const { fetch, by } = await network.open(url);
    attempt.expect(patience.connectTimeout, () => 'no answer');
    // The files are gzip already: a server that packs them again would only hide their length.
    const response = await attempt.run(by, (either) =>
      fetch(url, { signal: either, headers: { 'accept-encoding': 'identity' } }),
    );
    if (!response.ok) {
      const mayPass = BUSY.includes(response.status);
      throw new MirrorFailure(`HTTP ${response.status}${by}`, mayPass ? { retryAfter: retryAfter(response) } : {});
    }
    const total = lengthOf(response);
    const reader = response.body?.getReader();
    let received = 0;
    const slow = () => `stalled: ${received === 0 ? 'no data' : `${received} bytes`}`;
    attempt.expect(patience.stallTimeout, slow);
    for (;;) {
      const piece = await attempt.run(by, async () => reader?.read());
      if (piece?.value === undefined) {
        return;
      }
      received += piece.value.length;
      if (received >= LEAST) {
        received = 0;
        attempt.expect(patience.stallTimeout, slow);
      }
      yield { bytes: piece.value, ...(total !== undefined && { total }) };
    }
  } finally {
    attempt.end();
  }
}

/** One request, which ends when its caller aborts, or when what is expected does not come in time. */
class Attempt {
  private readonly own = new AbortController();
  private readonly either: AbortSignal;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    caller: AbortSignal,
    private readonly network: Network,
  ) {
    this.either = AbortSignal.any([caller, this.own.signal]);
  }

  /** From now on, the next has to come within so many milliseconds; what was expected before has come. */
  expect(milliseconds: number, complaint: () => string): void {
    clock.clearTimeout(this.timer);
    const overdue = () => new MirrorFailure(`${complaint()} within ${milliseconds / 1000} s`);
    this.timer = clock.setTimeout(() => this.own.abort(overdue()), milliseconds);
  }

  /** @param by Words for how the server is reached. */
  async run<T>(by: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await work(this.either);
    } catch (thrown) {
      // What `fetch` makes of an abort differs from place to place: the signal itself knows the reason.
      if (this.either.aborted) throw this.either.reason;
      const again = this.network.isCutOff(thrown) && { retryAfter: 0 };
      throw new MirrorFailure(this.network.reasonOf(thrown) + by, { cause: thrown, ...again });
    }
  }

  /** Closes the connection of an answer that was not read to its end; after the end it does nothing. */
  end(): void {
    clock.clearTimeout(this.timer);
    this.own.abort();
  }
}

/** Milliseconds: the header gives seconds, or a date. */
function retryAfter({ headers }: Answer): number {
  const given = headers.get('retry-after') ?? '0';
  const wait = /^\d+$/.test(given) ? 1000 * Number(given) : Date.parse(given) - Date.now();
  return Number.isNaN(wait) ? 0 : Math.max(0, wait);
}

/** A content-length counts what travels, which says nothing of the body when `fetch` unpacks it on the way. */
function lengthOf({ headers }: Answer): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}
