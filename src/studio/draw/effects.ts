/** Asks the worker what the network says: one question at a time, and again while it learns. */
import type { Remote } from 'comlink';
import {
  concatMap,
  distinctUntilChanged,
  EMPTY,
  filter,
  interval,
  map,
  merge,
  Subject,
  switchMap,
  throttle,
  withLatestFrom,
} from 'rxjs';
import type { Store } from '../state/store.js';
import type { StudioWorker } from '../worker/main.js';
import type { Answer, Asking, Question, Result } from './asking.js';
import type { Drawing } from './drawing.js';
import { pictureOf } from './paint.js';

/** Milliseconds after which it is asked again, while it learns. */
const AGAIN = 1000;

/** Has the worker answer, for as long as the page lives. */
export function connectAsking({ actions$, state$, dispatch }: Store, worker: Remote<StudioWorker>): void {
  const changed$ = state$.pipe(
    map(({ asking }) => asking),
    distinctUntilChanged(
      (a, b) =>
        a.question === b.question && a.label === b.label && (b.question?.of !== 'drawing' || a.drawing === b.drawing),
    ),
  );
  // when the network is there, when it has stopped to learn, and when one looks at it again
  const stands$ = actions$.pipe(
    filter(
      (action) =>
        (action.act === 'told' && ['ready', 'paused', 'ended'].includes(action.report.tell)) ||
        (action.act === 'panelChosen' && action.panel === 'draw'),
    ),
  );
  const learns$ = state$.pipe(
    map(({ status, panel }) => status === 'playing' && panel === 'draw'),
    distinctUntilChanged(),
    switchMap((learns) => (learns ? interval(AGAIN) : EMPTY)),
  );
  const answered$ = new Subject<void>();
  merge(changed$, stands$, learns$)
    .pipe(
      withLatestFrom(state$),
      map(([, { asking }]) => asking),
      filter(({ question }) => question !== undefined),
      throttle(() => answered$, { leading: true, trailing: true }),
      concatMap(async (asking) => ({ ...asking, result: await resultOf(worker, asking) })),
    )
    .subscribe(({ question, result }) => {
      if (question !== undefined && result !== undefined) dispatch({ act: 'answered', question, result });
      answered$.next();
    });
}

/** Undefined where there is no network yet, or no such sample. */
async function resultOf(
  worker: Remote<StudioWorker>,
  { question, label, drawing }: Asking,
): Promise<Result | undefined> {
  try {
    const answer = question && (await answerTo(worker, question, label, drawing));
    return answer && { answer, problem: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isBlank = question?.of === 'drawing' && error.name === 'RangeError';
    return { answer: undefined, problem: isBlank ? 'blank' : error.message };
  }
}

async function answerTo(
  worker: Remote<StudioWorker>,
  question: Question,
  label: number | undefined,
  drawing: Drawing,
): Promise<Answer | undefined> {
  if (question.of === 'drawing') {
    const said = await worker.askOfPicture(pictureOf(drawing), label);
    return said && { said, truth: undefined };
  }
  const sample =
    question.of === 'numbers'
      ? { features: question.values, label: undefined }
      : await worker.example(question.split, question.index);
  const said = sample && (await worker.ask(sample.features, label));
  return said && { said, truth: sample.label };
}
