/** `runPipeline` in a page: from the address of a pipeline file or written in code. */
import { builtInStages } from '../built-in-stages.js';
import { PipelineError } from '../core/errors.js';
import type { Host } from '../core/host.js';
import { decodeWeights } from '../core/model/load-model.js';
import { openPipeline, type Pipeline, type PipelineDefinition } from '../core/pipeline/pipeline.js';
import type { Registry } from '../core/pipeline/registry.js';
import {
  type Overrides,
  type PipelineFile,
  readPipelineFile,
  resolvePipelineFile,
} from '../core/pipeline-file/pipeline-file.js';
import { type OptionTypes, optionTypes, requireKnownOptions, trainOptions } from '../core/run/known-options.js';
import { withTensorboardRemark } from '../core/run/tensorboard-remark.js';
import { type RunResult, type TrainOptions, train } from '../core/run/train.js';
import { pageHost } from './host.js';
import { webWorkers } from './web-workers.js';

/** What `runPipeline` takes beside the pipeline: changes to a file, where data are, and how to run. */
export interface RunPipelineOptions extends TrainOptions, Overrides {
  /** What reads files and finds MNIST; by default there are none. */
  readonly host?: Host;
  /** The stages that a pipeline file may name: `joinRegistries(builtInStages, registryOf({ swish }))`. */
  readonly registry?: Registry;
  /** Measure the time of every stage: a `profile` event comes before the end. */
  readonly profile?: boolean;
}

const knownOptions: OptionTypes<RunPipelineOptions> = {
  ...trainOptions,
  swap: optionTypes.texts,
  set: optionTypes.texts,
  variables: optionTypes.object,
  host: optionTypes.object,
  registry: optionTypes.registry,
  profile: optionTypes.flag,
};

/**
 * Trains a pipeline, from a file that is fetched or written in code.
 *
 * @throws PipelineError, DataError or RunError, each with what to do; the signal's reason when it was aborted.
 */
export async function runPipeline(
  pipeline: string | URL | PipelineDefinition,
  options: RunPipelineOptions = {},
): Promise<RunResult> {
  requireKnownOptions(options, knownOptions);
  const { signal, host = pageHost, registry = builtInStages, profile = false } = options;
  signal?.throwIfAborted();
  const environment = { host, registry, threads: webWorkers, decodeWeights, profile };
  if (typeof pipeline === 'string' || pipeline instanceof URL) {
    const { definition, locate } = await fetchPipeline(pipeline, options);
    return trainKeepingNothing(await openPipeline(definition, { ...environment, locate }), options);
  }
  return trainKeepingNothing(await openPipeline(pipeline, environment), options);
}

const trainKeepingNothing = (pipeline: Pipeline, options: TrainOptions): Promise<RunResult> =>
  train(pipeline, { ...options, onEvent: withTensorboardRemark(pipeline, options.onEvent) });

async function fetchPipeline(address: string | URL, options: RunPipelineOptions): Promise<PipelineFile> {
  const read = async (url: string): Promise<string> => {
    const response = await fetch(url, options.signal ? { signal: options.signal } : {});
    if (!response.ok) throw new PipelineError(`HTTP ${response.status}, expected a pipeline file`);
    return response.text();
  };
  const path = String(address);
  const text = await read(path).catch((error) => {
    if (!(error instanceof PipelineError)) throw error;
    throw new PipelineError(`${path}:1:1: ${error.message}`);
  });
  const pathFrom = (file: string, named: string) => new URL(named, new URL(file, location.href)).href;
  const parsed = await readPipelineFile(text, path, { pathFrom, read }, options);
  if (parsed.plugins !== undefined && options.registry === undefined) {
    const place = parsed.locate(['plugins'], 'key');
    throw new PipelineError(`${place}: a page does not load plug-ins; import their stages and pass them as registry`);
  }
  const rebase = (named: string, file: string) => pathFrom(file, named);
  return resolvePipelineFile(parsed, options.registry ?? builtInStages, { rebase });
}
