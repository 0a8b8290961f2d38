/** What components share: the state, what they may do, and the worker. */
import type { ReadonlySignal } from '@preact/signals';
import type { Remote } from 'comlink';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Deed } from './state/actions.js';
import type { State } from './state/state.js';
import type { StudioWorker } from './worker/main.js';

export interface Studio {
  readonly state: ReadonlySignal<State>;
  act(deed: Deed): void;
  readonly worker: Remote<StudioWorker>;
}

const Context = createContext<Studio | undefined>(undefined);
export const StudioProvider = Context.Provider;

/** The studio that a component stands in. */
export function useStudio(): Studio {
  const studio = useContext(Context);
  if (studio === undefined) throw new Error('a component stands outside of the studio');
  return studio;
}
