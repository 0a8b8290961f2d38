/** A run from its first event to its last, for a caller who wants what comes of it. */
import { filter, lastValueFrom, Observable, takeUntil, tap } from 'rxjs';
import { learnedFrom } from '../model/description.js';
import { type Model, modelOf } from '../model/model.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { EndEvent, PipelineEvent } from './events.js';
import { type RunOptions, run } from './run.js';

/** How to follow a run, and to stop it. */
export interface TrainOptions extends RunOptions {
  /** Stops the run: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with every event, while the run goes on. What it throws ends the run. */
  readonly onEvent?: (event: PipelineEvent) => void;
}

/** What a run ends with. */
export interface RunResult extends Omit<EndEvent, 'event'> {
  readonly network: Model;
}

/** @throws DataError or RunError, each with what to do; the signal's reason when it was aborted. */
export async function train(pipeline: Pipeline, options: TrainOptions = {}): Promise<RunResult> {
  const { signal, onEvent = () => {} } = options;
  const events = run(pipeline, options).pipe(tap(onEvent), takeUntilAborted(signal));
  const last = await lastValueFrom(events.pipe(filter((event) => event.event === 'end')));
  // copies, so that who changes the event, the result or the model changes that alone
  const { event: _, ...end } = structuredClone(last);
  const { runId, epochs: epoch, steps: step, data, train, validation, test } = structuredClone(last);
  const metrics = { train, ...(validation && { validation }), ...(test && { test }) };
  const reached = { runId, seed: pipeline.seed, epoch, step, metrics, data: learnedFrom(data) };
  return { ...end, network: modelOf(pipeline, { data, reached }) };
}

/** Errors with the signal's reason as soon as it is aborted. */
const takeUntilAborted = <T>(signal: AbortSignal | undefined) =>
  takeUntil<T>(
    new Observable<never>((subscriber) => {
      if (signal === undefined) return undefined;
      const stop = () => subscriber.error(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      return () => signal.removeEventListener('abort', stop);
    }),
  );
