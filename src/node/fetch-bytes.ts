/** One HTTP download that cannot hang: it has so long to answer, and then so long for each next piece. */
import { reasonOf } from './system-error.js';

/** One mirror did not give the file, and why in a few words: the next mirror has its turn. */
export class MirrorFailure extends Error {
  override readonly name = 'MirrorFailure';
}

/** How long a mirror may keep silent, in milliseconds. */
export interface Patience {
  /** Until the headers of the answer. */
  readonly connectTimeout: number;
  /** Between two pieces of the body. */
  readonly stallTimeout: number;
}

export interface Piece {
  readonly bytes: Uint8Array;
  /** Length of the whole body in bytes, where the server tells. */
  readonly total?: number;
}

/**
 * Yields the body of `url` as it comes. The connection is let go however it ends.
 *
 * @param signal Ends the download at once.
 * @throws MirrorFailure when the server does not answer in time, refuses, or breaks off.
 * @throws The signal's reason.
 */
export async function* fetchBytes(
  url: string,
  patience: Patience,
  signal: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  const attempt = new Attempt(signal);
  try {
    const response = await attempt.within(patience.connectTimeout, 'no answer', (either) =>
      // The files are gzip already: a server that packs them again would only hide their length.
      fetch(url, { signal: either, headers: { 'accept-encoding': 'identity' } }),
    );
    if (!response.ok) {
      throw new MirrorFailure(`HTTP ${response.status}`);
    }
    const total = lengthOf(response);
    const reader = response.body?.getReader();
    for (;;) {
      const piece = await attempt.within(patience.stallTimeout, 'stalled: no data', async () => reader?.read());
      if (piece?.value === undefined) {
        return;
      }
      yield { bytes: piece.value, ...(total !== undefined && { total }) };
    }
  } finally {
    attempt.end();
  }
}

/** One request, which ends when its caller aborts, or when a wait is over. */
class Attempt {
  private readonly own = new AbortController();
  private readonly either: AbortSignal;

  constructor(caller: AbortSignal) {
    this.either = AbortSignal.any([caller, this.own.signal]);
  }

  async within<T>(milliseconds: number, complaint: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const overdue = new MirrorFailure(`${complaint} within ${milliseconds / 1000} s`);
    const timer = setTimeout(() => this.own.abort(overdue), milliseconds);
    try {
      return await work(this.either);
    } catch (thrown) {
      // What `fetch` makes of an abort differs from place to place: the signal itself knows the reason.
      throw this.either.aborted ? this.either.reason : new MirrorFailure(reasonOf(thrown), { cause: thrown });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the connection of an answer that was not read to its end; after the end it does nothing. */
  end(): void {
    this.own.abort();
  }
}

/** A content-length counts what travels, which says nothing of the body when `fetch` unpacks it on the way. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}
