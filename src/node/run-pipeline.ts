/** `runPipeline` in Node: from a file or written in code, with Node's host and threads. */
import { openPipeline, type PipelineDefinition } from '../core/pipeline/pipeline.js';
import type { PipelineEvent } from '../core/run/events.js';
import { type OptionTypes, optionTypes, requireKnownOptions, trainOptions } from '../core/run/known-options.js';
import { withTensorboardRemark } from '../core/run/tensorboard-remark.js';
import { type TrainOptions, train } from '../core/run/train.js';
import { type DataOptions, dataOptions, environmentOf } from './environment.js';
import { requirePath } from './given-path.js';
import { savable } from './model-file.js';
import { type FileRunOptions, resumeFile, runFile, type SavableRunResult } from './run-file.js';
import { warnOfStandIn } from './stand-in-warning.js';

/** How a pipeline file is read and run, and where its run is kept. */
export interface RunPipelineOptions extends Omit<FileRunOptions, 'command' | 'folder' | 'before' | 'onCheckpoint'> {}

/** How a run goes on that is kept in a folder. What is left out is as it was. */
export interface ResumeOptions extends Omit<RunPipelineOptions, 'out' | 'text' | 'from' | 'swap' | 'runId'> {}

const optionsOfCode: OptionTypes<TrainOptions & DataOptions & Pick<FileRunOptions, 'profile'>> = {
  ...trainOptions,
  ...dataOptions,
  profile: optionTypes.flag,
};
const optionsOfFiles: OptionTypes<RunPipelineOptions> = {
  ...optionsOfCode,
  swap: optionTypes.texts,
  set: optionTypes.texts,
  variables: optionTypes.object,
  plugins: optionTypes.flag,
  text: { expected: 'a text', is: (value) => typeof value === 'string' },
  out: optionTypes.path,
};
const { out: _, text: _text, from: _from, swap: _swap, runId: _runId, ...optionsOfResuming } = optionsOfFiles;

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
  if (isFile) return runFile(requirePath(pipeline, 'runPipeline: the pipeline file'), heard(options));
  options.signal?.throwIfAborted();
  const { profile = false } = options;
  const built = await openPipeline(pipeline, { ...environmentOf(undefined, options), profile });
  const result = await train(built, { ...options, onEvent: withTensorboardRemark(built, heard(options).onEvent) });
  return { ...result, network: savable(result.network) };
}

/**
 * Goes on with a run that is kept in a folder, from its newest whole checkpoint: one that was stopped, or that is to have
 * more epochs (`set: ['epochs=40']`).
 *
 * @param folder `runs/relu/3`
 * @throws DataError when this is no folder of a run; PipelineError when it is under way, or cannot go on as is asked; and
 * what `runPipeline` throws.
 */
export async function resumeRun(folder: string, options: ResumeOptions = {}): Promise<SavableRunResult> {
  requireKnownOptions(options, optionsOfResuming, 'resumeRun');
  return resumeFile(requirePath(folder, 'resumeRun: the folder of the run'), heard(options));
}

/** With a listener: without one, nothing would say that other data took the place of those that were asked for. */
const heard = <Options extends Pick<TrainOptions, 'onEvent'>>(options: Options): Options =>
  options.onEvent === undefined ? { ...options, onEvent: warnAtStart } : options;

function warnAtStart(event: PipelineEvent): void {
  if (event.event === 'start') warnOfStandIn(event.data);
}
