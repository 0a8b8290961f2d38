/** The one state of the page: an Observable, made of what happens. */
import { type Observable, Subject, scan, shareReplay, startWith } from 'rxjs';
import { type Action, reduce } from './actions.js';
import type { State } from './state.js';

/** The state, and what changes it. */
export interface Store {
  readonly state$: Observable<State>;
  readonly actions$: Observable<Action>;
  dispatch(action: Action): void;
}

export function createStore(initial: State): Store {
  const actions$ = new Subject<Action>();
  const state$ = actions$.pipe(
    scan(reduce, initial),
    startWith(initial),
    shareReplay({ bufferSize: 1, refCount: false }),
  );
  state$.subscribe(); // the first to hear: who reacts to an action finds the state after it
  return { state$, actions$, dispatch: (action) => actions$.next(action) };
}
