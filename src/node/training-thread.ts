/**
 * A run on a thread of its own: the command line stays live while it trains. Only a pipeline file can be run like this:
 * stages are functions, and those cannot cross from one thread to another.
 */
import { Worker } from 'node:worker_threads';
import type { DownloadProgress } from '../core/downloads/download.js';
import { type ExitCode, MarblenetError, RunError } from '../core/errors.js';
import type { EndEvent, PipelineEvent } from '../core/run/events.js';
import { TAKEN_AT_ONCE } from './backlog.js';
import { nothingGoesOn, strayError } from './guard-process.js';
import { addressLimit, mayOpenTooFew } from './process-limits.js';
import type { TrainingOptions } from './run-in-step.js';
import { codeOf } from './system-error.js';

/** What the thread is asked for; all of `TrainingOptions` that can be sent. */
export interface TrainingTask {
  readonly path: string;
  readonly options: Omit<TrainingOptions, 'signal' | 'onEvent' | 'onDownload'>;
}

/** What the thread tells. A `MarblenetError` is sent by its parts: a copy would lose its exit code. */
export type TrainingMessage =
  | { readonly event: PipelineEvent }
  | { readonly download: DownloadProgress }
  | { readonly failed: Failure }
  | { readonly thrown: unknown };

interface Failure {
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly passing?: boolean;
  readonly details: string;
}

/** What the thread receives: its task first, then how many more events were taken, and perhaps to stop. */
export type TrainingOrder = TrainingTask | { readonly taken: number } | 'stop';

interface Thread {
  readonly worker: Worker;
  /** Whether it started; it may lack memory, or files that it can open. */
  readonly started: Promise<boolean>;
}

/** A thread that was started before there was a task for it. */
let waiting: Thread | undefined;

/** Starts the thread of the next `runOnThread`, so that it can load meanwhile. It keeps no process alive. */
export function startTrainingThread(): void {
  waiting ??= newThread();
  waiting?.worker.unref();
}

/**
 * Undefined where no thread may start: Node's --permission wants --allow-worker for it, and where addresses are few, V8 would
 * end the process.
 */
function newThread(): Thread | undefined {
  if (addressLimit() < FEWEST_ADDRESSES) return undefined;
  try {
    const worker = new Worker(new URL('training-worker.js', import.meta.url), { stdout: true });
    const started = new Promise<boolean>((resolve) => {
      worker.once('online', () => resolve(true));
      worker.once('error', () => resolve(false));
    });
    return { worker, started };
  } catch {
    return undefined;
  }
}

/** With 1.7 GB, two threads of V8 have been seen to start, with 1.5 GB not. */
const FEWEST_ADDRESSES = 2 ** 31;

async function takeThread(): Promise<Worker | undefined> {
  const thread = waiting ?? newThread();
  waiting = undefined;
  thread?.worker.ref();
  // what a plug-in prints; results come as messages. Not before: the pipe keeps the process alive
  thread?.worker.stdout.pipe(process.stderr);
  return (await thread?.started) ? thread?.worker : undefined;
}

/**
 * Like `runPipeline`, but for a file, and without the trained network at the end. Where no thread may start, it trains on
 * this one, which is less live then, to the same results.
 *
 * @throws what `runPipeline` throws; a `MarblenetError` as its base class, with the same message and exit code.
 */
export async function runOnThread(path: string, options: TrainingOptions = {}): Promise<EndEvent> {
  options.signal?.throwIfAborted();
  const worker = await takeThread();
  options.signal?.throwIfAborted();
  if (worker !== undefined) return runOn(worker, path, options);
  const { runInStep } = await import('./run-in-step.js'); // only here: the thread has a copy of its own
  const { network: _, ...end } = await runInStep(path, options);
  return { event: 'end', ...end };
}

function runOn(worker: Worker, path: string, options: TrainingOptions): Promise<EndEvent> {
  const { signal, onEvent, onDownload = () => {}, ...rest } = options;
  const isKept = options.out !== undefined || options.resume === true;
  return new Promise((resolve, reject) => {
    const tell = (order: TrainingOrder): void => worker.postMessage(order);
    tell({ path, options: rest });
    let untold = 0;
    const take = () => {
      if (++untold < TAKEN_AT_ONCE) return;
      tell({ taken: untold });
      untold = 0;
    };
    const stop = (reason: unknown) => {
      tell('stop'); // it may have a download to clear away
      reject(reason);
    };
    // A run that is kept, once it has a folder, writes a checkpoint first, and then says that it has stopped.
    let hasFolder = false;
    const abort = () => (hasFolder ? tell('stop') : stop(signal?.reason));
    signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: TrainingMessage) => {
      if (signal?.aborted) {
        if ('event' in message && message.event.event === 'end') resolve(message.event);
        if ('failed' in message) reject(errorOf(message.failed));
        if ('thrown' in message) reject(signal.reason);
        return;
      }
      try {
        if ('event' in message) {
          hasFolder ||= isKept;
          const taken = onEvent?.(message.event);
          if (taken === undefined) take();
          else taken.then(take, stop);
          if (message.event.event === 'end') resolve(message.event);
        } else if ('download' in message) {
          onDownload(message.download);
        } else if ('failed' in message) {
          reject(errorOf(message.failed));
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
      // unless it said before what came of it
      reject(
        mayOpenTooFew() ? new RunError(nothingGoesOn().message) : new Error(`the training thread ended with ${code}`),
      );
    });
  });
}

const errorOf = ({ message, exitCode, passing = false, details }: Failure): MarblenetError =>
  new MarblenetError(message, exitCode, { cause: details, passing });
