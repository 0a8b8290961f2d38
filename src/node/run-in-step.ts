/** A run in step with what hears of it. */
import type { PipelineEvent } from '../core/run/events.js';
import { type RunResult, train } from '../core/run/train.js';
import { turnsWhenReady } from '../core/scheduler.js';
import { openLoaded } from './environment.js';
import { loadPipeline } from './load-pipeline.js';
import type { RunPipelineOptions } from './run-pipeline.js';

/** What a run on another thread can have, too: functions, but for those that hear of events, cannot cross over. */
export interface TrainingOptions extends Omit<RunPipelineOptions, 'host' | 'betweenSteps' | 'onEvent'> {
  /** Called with every event. Training waits, between steps, for the last promise that this returned. */
  readonly onEvent?: (event: PipelineEvent) => undefined | Promise<void>;
}

/**
 * `runPipeline` of a file, whose training waits as `onEvent` asks.
 *
 * @throws what `runPipeline` throws.
 */
export async function runInStep(path: string, options: TrainingOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  let taken: Promise<void> | undefined;
  const scheduler = turnsWhenReady(() => taken);
  const pipeline = await openLoaded(await loadPipeline(path, options), options, { scheduler });
  return train(pipeline, {
    ...options,
    onEvent(event) {
      taken = options.onEvent?.(event);
    },
  });
}
