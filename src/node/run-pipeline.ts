/** `runPipeline` in Node: from a file or written in code, with Node's host and threads. */
import { fileURLToPath } from 'node:url';
import { openPipeline, type Pipeline, type PipelineDefinition } from '../core/pipeline/pipeline.js';
import { type OptionNames, requireKnownOptions, trainOptions } from '../core/run/known-options.js';
import { type RunResult, type TrainOptions, train } from '../core/run/train.js';
import { type DataOptions, environmentOf, openLoaded } from './environment.js';
import { type LoadOptions, loadPipeline } from './load-pipeline.js';
import { type SavableModel, savable } from './model-file.js';

/** What a run ends with; its network can be saved. */
export interface SavableRunResult extends RunResult {
  readonly network: SavableModel;
}

/** What `runPipeline` takes beside the pipeline: changes to a file, where data are, and how to run. */
export interface RunPipelineOptions extends TrainOptions, LoadOptions, DataOptions {}

const optionsOfCode: OptionNames<TrainOptions & DataOptions> = {
  ...trainOptions,
  dataFolder: true,
  offline: true,
  onDownload: true,
  host: true,
};
const optionsOfFiles: OptionNames<RunPipelineOptions> = {
  ...optionsOfCode,
  swap: true,
  set: true,
  plugins: true,
  text: true,
};

/**
 * Trains a pipeline, from a file or written in code.
 *
 * @throws PipelineError, DataError or RunError, each with what to do; the signal's reason when it was aborted.
 */
export async function runPipeline(
  pipeline: string | URL | PipelineDefinition,
  options: RunPipelineOptions = {},
): Promise<SavableRunResult> {
  const isFile = typeof pipeline === 'string' || pipeline instanceof URL;
  if (isFile) requireKnownOptions(options, optionsOfFiles);
  else requireKnownOptions(options, optionsOfCode, 'runPipeline of a pipeline in code');
  options.signal?.throwIfAborted();
  const result = await train(await build(pipeline, options), options);
  return { ...result, network: savable(result.network) };
}

async function build(pipeline: string | URL | PipelineDefinition, options: RunPipelineOptions): Promise<Pipeline> {
  if (typeof pipeline !== 'string' && !(pipeline instanceof URL)) {
    return openPipeline(pipeline, environmentOf(undefined, options));
  }
  const loaded = await loadPipeline(typeof pipeline === 'string' ? pipeline : fileURLToPath(pipeline), options);
  return openLoaded(loaded, options);
}
