/** What the worker is asked when something happens, and what comes of it. */
import { proxy, type Remote, wrap } from 'comlink';
import {
  catchError,
  concatMap,
  debounce,
  distinctUntilChanged,
  EMPTY,
  filter,
  from,
  interval,
  map,
  merge,
  switchMap,
  timer,
  withLatestFrom,
} from 'rxjs';
import { text } from '../texts/texts.js';
import type { StudioWorker } from '../worker/main.js';
import type { Report } from '../worker/protocol.js';
import type { Action } from './actions.js';
import { changeFile } from './change-file.js';
import { goOn } from './go-on.js';
import type { Store } from './store.js';
import { isSlow } from './trip.js';

/** Milliseconds: after the last key is pressed until the file is read; and at a stage, when it goes slowly. */
const TYPING = 300;
const AT_A_STAGE = 350;

/** The worker that trains. */
interface Trainer {
  readonly worker: Remote<StudioWorker>;
  /** Is rejected where the worker does not start. */
  readonly failed: Promise<never>;
}

export function startWorker(): Trainer {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'training' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', () => reject(new Error(text.value.noWorker)));
  });
  return { worker: wrap<StudioWorker>(worker), failed };
}

/** Has the worker do what the actions say, for as long as the page lives. */
export function connect(store: Store, { worker, failed }: Trainer): void {
  const { actions$, state$, dispatch } = store;
  const on = <Act extends Action['act']>(...acts: readonly Act[]) =>
    actions$.pipe(
      filter((action): action is Extract<Action, { act: Act }> => acts.some((act) => act === action.act)),
      withLatestFrom(state$),
    );

  const listening = worker.listen(proxy((report: Report) => dispatch({ act: 'told', report })));
  const started = Promise.race([listening, failed]);

  // text that is typed is read when the typing pauses; all else at once
  const opening = merge(
    on('opened', 'undone', 'redone', 'reset'),
    on('edited').pipe(debounce(([{ isTyped }]) => timer(isTyped ? TYPING : 0))),
  ).pipe(
    withLatestFrom(state$),
    switchMap(([, { file }]) =>
      from(started.then(() => worker.open(file))).pipe(
        catchError((error) => {
          dispatch({ act: 'broken', reason: error instanceof Error ? error.message : String(error) });
          return EMPTY;
        }),
      ),
    ),
  );
  opening.subscribe((description) => dispatch({ act: 'described', description }));

  on('changed')
    .pipe(concatMap(([{ change }]) => changeFile(store, worker, change)))
    .subscribe();

  on('played').subscribe(([, { status, speed }]) => {
    if (status === 'playing') void (speed === 'full' ? worker.play() : worker.step());
  });
  on('paused').subscribe(() => void worker.pause());
  on('stepped').subscribe(([, { status }]) => void (status === 'paused' && worker.step()));
  on('epochAsked').subscribe(([, { status }]) => void (status === 'playing' && worker.finishEpoch()));
  on('stagePassed').subscribe(([, { trip, status }]) => {
    if (trip === undefined && status !== 'opening') void worker.step();
  });
  state$
    .pipe(
      map(({ goingOn }) => goingOn),
      distinctUntilChanged(),
      switchMap((act) => (act === undefined ? EMPTY : goOn(store, worker, act))),
    )
    .subscribe();
  on('speedChosen').subscribe(([{ speed }, { status }]) => {
    if (status !== 'playing') return;
    void (speed === 'full' ? worker.play() : worker.pause().then(() => worker.step()));
  });

  // slowly: from stage to stage by itself
  state$
    .pipe(
      map(isSlow),
      distinctUntilChanged(),
      switchMap((slow) => (slow ? interval(AT_A_STAGE) : EMPTY)),
    )
    .subscribe(() => dispatch({ act: 'stagePassed' }));
}
