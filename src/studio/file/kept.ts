/** The file as it was left, for a page that is loaded anew: kept as long as its tab is open. */
import { signal } from '@preact/signals';
import { distinctUntilChanged, map } from 'rxjs';
import type { Store } from '../state/store.js';
import type { GivenFile } from '../worker/protocol.js';

const NAME = 'file';

interface Kept {
  /** Another address opens another file. */
  readonly address: string;
  readonly file: GivenFile;
}

/** The file that was left, if it was opened again: the page says so as long as it is unchanged. */
export const restored = signal<GivenFile | undefined>(undefined);

/** Opens what was left at this address. One undo leads to the file as it is given. */
export function openKept({ dispatch }: Store): void {
  const file = keptFile();
  if (file === undefined) return;
  restored.value = file;
  dispatch({ act: 'opened', file });
}

function keptFile(): GivenFile | undefined {
  try {
    const { address, file }: Kept = JSON.parse(sessionStorage.getItem(NAME) ?? '');
    return address === location.href ? { name: String(file.name), text: String(file.text) } : undefined;
  } catch {
    return undefined; // nothing, or nothing of ours
  }
}

/** Keeps the file from now on. */
export function keepFile({ state$ }: Store): void {
  const changed$ = state$.pipe(
    map(({ file, past }) => (past.length > 0 ? file : undefined)),
    distinctUntilChanged(),
  );
  changed$.subscribe((file) => {
    try {
      if (file === undefined) sessionStorage.removeItem(NAME);
      else sessionStorage.setItem(NAME, JSON.stringify({ address: location.href, file } satisfies Kept));
    } catch {
      // the browser keeps nothing: the page begins as it did
    }
  });
}
