/**
 * A run on a thread of its own: the command line stays live while it trains. Only a pipeline file can be run like this:
 * stages are functions, and those cannot cross from one thread to another.
 */
import { Worker } from 'node:worker_threads';
import { type ExitCode, MarblenetError } from '../core/errors.js';
import type { EndEvent, PipelineEvent } from '../core/run/events.js';
import { Backlog } from './backlog.js';
import type { DownloadProgress } from './download.js';
import { strayError } from './guard-process.js';
import type { RunPipelineOptions } from './run-pipeline.js';
import { codeOf } from './system-error.js';

/** Functions, but for those that hear of events, cannot cross over. */
export interface TrainingOptions extends Omit<RunPipelineOptions, 'host' | 'betweenSteps' | 'onEvent'> {
  /** Called with every event. Training waits when it is some hundred events ahead of the promises that this returns. */
  readonly onEvent?: (event: PipelineEvent) => void | Promise<void>;
}

/** What the thread is asked for; all of `TrainingOptions` that can be sent. */
export interface TrainingTask {
  readonly path: string;
  readonly options: Omit<TrainingOptions, 'signal' | 'onEvent' | 'onDownload'>;
  /** How many events were sent and not yet taken, as a `Backlog` counts them; without shared memory none does. */
  readonly unread?: Int32Array | undefined;
}

/** What the thread tells. A `MarblenetError` is sent by its parts: a copy would lose its exit code. */
export type TrainingMessage =
  | { readonly event: PipelineEvent }
  | { readonly download: DownloadProgress }
  | { readonly failed: { readonly message: string; readonly exitCode: ExitCode; readonly details: string } }
  | { readonly thrown: unknown };

/** What the thread receives: its task first, and perhaps to stop. */
export type TrainingOrder = TrainingTask | 'stop';

/** A thread that was started before there was a task for it. */
let waiting: Worker | undefined;

/** Starts the thread of the next `runOnThread`, so that it can load meanwhile. It keeps no process alive. */
export function startTrainingThread(): void {
  waiting ??= newThread();
  waiting?.unref();
}

/** Undefined where no thread may start: Node's --permission wants --allow-worker for it. */
function newThread(): Worker | undefined {
  try {
    const worker = new Worker(new URL('training-worker.js', import.meta.url), { stdout: true });
    worker.stdout.pipe(process.stderr); // what a plug-in prints; results come as messages
    return worker;
  } catch {
    return undefined;
  }
}

function takeThread(): Worker | undefined {
  const worker = waiting ?? newThread();
  waiting = undefined;
  worker?.ref();
  return worker;
}

/**
 * Like `runPipeline`, but for a file, and without the trained network at the end. Where no thread may start, it trains on
 * this one, which is less live then, and waits for no promise of `onEvent`, to the same results.
 *
 * @throws what `runPipeline` throws; a `MarblenetError` as its base class, with the same message and exit code.
 */
export async function runOnThread(path: string, options: TrainingOptions = {}): Promise<EndEvent> {
  options.signal?.throwIfAborted();
  const worker = takeThread();
  if (worker !== undefined) return runOn(worker, path, options);
  const { runPipeline } = await import('./run-pipeline.js'); // only here: the thread has a copy of its own
  const { network: _, ...end } = await runPipeline(path, options);
  return { event: 'end', ...end };
}

function runOn(worker: Worker, path: string, options: TrainingOptions): Promise<EndEvent> {
  const { signal, onEvent = () => {}, onDownload = () => {}, ...rest } = options;
  return new Promise((resolve, reject) => {
    const tell = (order: TrainingOrder): void => worker.postMessage(order);
    const backlog = typeof SharedArrayBuffer === 'function' ? new Backlog() : undefined;
    tell({ path, options: rest, unread: backlog?.count });
    const stop = (reason: unknown) => {
      tell('stop'); // it may have a download to clear away
      backlog?.open(); // while it waits it hears nothing
      reject(reason);
    };
    const abort = () => stop(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: TrainingMessage) => {
      if (signal?.aborted) return;
      try {
        if ('event' in message) {
          const taken = onEvent(message.event);
          if (taken === undefined) backlog?.taken();
          else taken.then(() => backlog?.taken(), stop);
          if (message.event.event === 'end') resolve(message.event);
        } else if ('download' in message) {
          onDownload(message.download);
        } else if ('failed' in message) {
          const { message: problem, exitCode, details } = message.failed;
          reject(new MarblenetError(problem, exitCode, { cause: details }));
        } else {
          reject(message.thrown);
        }
      } catch (error) {
        stop(error);
      }
    });
    worker.on('error', (error) => reject(codeOf(error) === undefined ? strayError(error) : error));
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', abort);
      reject(new Error(`the training thread ended with ${code}`)); // unless it said before what came of it
    });
  });
}
