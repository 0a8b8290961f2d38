/** What the server of `pipeline studio` opens the page with; other servers have an empty offer. */
import type { GivenFile } from './worker/protocol.js';

export interface Offer {
  /** What to open first. */
  readonly file?: GivenFile;
  /** The paths of the files that it reads: each lies at `given/PATH`. */
  readonly files?: readonly string[];
  /** Whether it is that server. */
  readonly isServed?: boolean;
}

export async function readOffer(): Promise<Offer> {
  const response = await fetch('offer.json');
  return response.ok ? response.json() : {};
}

/** The files by their paths. */
export const fetchGiven = (paths: readonly string[]): Promise<(readonly [path: string, file: Blob])[]> =>
  Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`given/${path.split('/').map(encodeURIComponent).join('/')}`);
      return [path, await response.blob()] as const;
    }),
  );
