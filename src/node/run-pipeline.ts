/** `runPipeline`: the one place that subscribes. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filter, lastValueFrom, Observable, takeUntil, tap } from 'rxjs';
import type { Host } from '../core/host.js';
import { buildPipeline, type Pipeline, type PipelineDefinition } from '../core/pipeline/pipeline.js';
import type { Overrides } from '../core/pipeline-file/pipeline-file.js';
import type { EndEvent, PipelineEvent } from '../core/run/events.js';
import { type RunOptions, run } from '../core/run/run.js';
import { type TrainedNetwork, trainedNetwork } from '../core/run/trained-network.js';
import { createNodeHost, type NodeHostOptions } from './host.js';
import { buildLoaded, loadPipeline } from './load-pipeline.js';
import { builtIn } from './plugins.js';
import { threads } from './threads.js';

export interface RunPipelineOptions
  extends RunOptions,
    Overrides,
    Pick<NodeHostOptions, 'dataFolder' | 'offline' | 'onDownload'> {
  /** Stops the run: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told every event, while the run goes on. What it throws ends the run. */
  readonly onEvent?: (event: PipelineEvent) => void;
  /** What reads files and finds MNIST; Node's own by default. */
  readonly host?: Host;
}

/** What a run ends with. */
export interface RunResult extends Omit<EndEvent, 'event'> {
  readonly network: TrainedNetwork;
}

/**
 * Trains a pipeline, from a file or written in code.
 *
 * @throws PipelineError, DataError or RunError, each with what to do; the signal's reason when it was aborted.
 */
export async function runPipeline(
  pipeline: string | URL | PipelineDefinition,
  options: RunPipelineOptions = {},
): Promise<RunResult> {
  const { signal, onEvent = () => {} } = options;
  signal?.throwIfAborted();
  const built = await build(pipeline, options);
  const events = run(built, options).pipe(tap(onEvent), takeUntilAborted(signal));
  const { event: _, ...end } = await lastValueFrom(events.pipe(filter((event) => event.event === 'end')));
  return { ...end, network: trainedNetwork(built, end.data.scaling) };
}

async function build(pipeline: string | URL | PipelineDefinition, options: RunPipelineOptions): Promise<Pipeline> {
  const hostIn = (baseFolder: string): Host => options.host ?? createNodeHost({ ...options, baseFolder });
  if (typeof pipeline === 'string' || pipeline instanceof URL) {
    const path = typeof pipeline === 'string' ? pipeline : fileURLToPath(pipeline);
    return buildLoaded(await loadPipeline(path, options), { host: hostIn(dirname(path)) });
  }
  return buildPipeline(pipeline, { host: hostIn('.'), threads, registry: builtIn.registry });
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
