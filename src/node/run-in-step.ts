/** A run in step with what hears of it. */
import type { PipelineEvent } from '../core/run/events.js';
import { turnsWhenReady } from '../core/scheduler.js';
import { type FileRunOptions, resumeFile, runFile, type SavableRunResult } from './run-file.js';

/** What a run on another thread can have, too: functions, but for those that hear of events, cannot cross over. */
export interface TrainingOptions extends Omit<FileRunOptions, 'host' | 'betweenSteps' | 'onEvent' | 'onCheckpoint'> {
  /** Called with every event. Training waits, between steps, for the last promise that this returned. */
  readonly onEvent?: (event: PipelineEvent) => undefined | Promise<void>;
  /** Whether the path is that of a run's folder, which is to go on. */
  readonly resume?: boolean;
}

/**
 * A run of a file, or of the folder of a run that goes on, whose training waits as `onEvent` asks.
 *
 * @throws what `runFile` and `resumeFile` throw.
 */
export async function runInStep(path: string, { resume, ...options }: TrainingOptions): Promise<SavableRunResult> {
  const { signal } = options;
  let taken: Promise<void> | undefined;
  // a run that is to stop waits for no reader
  const stopped = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  const ready = () => (signal?.aborted ? undefined : taken);
  const onEvent = (event: PipelineEvent) => {
    const promise = options.onEvent?.(event);
    taken = promise && Promise.race([promise, stopped]);
  };
  const start = resume ? resumeFile : runFile;
  return start(path, { ...options, onEvent }, { scheduler: turnsWhenReady(ready) });
}
