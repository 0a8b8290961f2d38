/** What the server of `pipeline studio` opens the page with; other servers have an empty offer. */
import type { GivenFile } from './worker/protocol.js';

export interface Offer {
  /** What to open first. */
  readonly file?: GivenFile;
  /** The paths of the files that it reads: they lie at `given/0`, `given/1`, ... */
  readonly files?: readonly string[];
  /** Whether it is that server. */
  readonly isServed?: boolean;
}

export async function readOffer(): Promise<Offer> {
  const response = await fetch('offer.json');
  return response.ok ? response.json() : {};
}

/** The files by their paths; one that is gone is left out, and missed by the pipeline that reads it. */
export async function fetchGiven(paths: readonly string[]): Promise<(readonly [path: string, file: Blob])[]> {
  const found = await Promise.all(
    paths.map(async (path, i) => {
      const response = await fetch(`given/${i}`);
      return response.ok ? [[path, await response.blob()] as const] : [];
    }),
  );
  return found.flat();
}
