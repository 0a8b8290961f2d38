/** How good the model of a kept run is, on its own data or on those of another pipeline. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../core/errors.js';
import { type Split, splits } from '../core/kinds.js';
import type { Registry } from '../core/pipeline/registry.js';
import { type OptionTypes, oneOf, optionTypes, requireKnownOptions } from '../core/run/known-options.js';
import { isCommitteeFolder, trainedMembers } from './committee/committee-folder.js';
import { evaluateCommittee } from './committee/evaluate-committee.js';
import { type DataOptions, dataOptions } from './environment.js';
import { evaluateModel } from './evaluate-model.js';
import { requirePath } from './given-path.js';
import { loadPipeline } from './load-pipeline.js';
import { modelBytes } from './model-file.js';
import { builtIn } from './plugins.js';
import { readEnvironment } from './run-environment.js';
import { files } from './run-folder.js';
import { modelFolderOf } from './run-of-model.js';
import type { SplitEvaluation } from './split-evaluation.js';

/** Which examples a run is judged by, and where they are. What is left out is as it was in the run. */
export interface EvaluateOptions extends DataOptions {
  /** Which examples. Default `test`. */
  readonly split?: Split;
  /** The pipeline file that says what the data are, and the loss. Default: the run's own. */
  readonly pipeline?: string | URL;
  /** Whether that file may name plug-ins, which are code that runs as soon as they are loaded. Default true. */
  readonly plugins?: boolean;
  /** The stages that the network may be made of, beside those of the pipeline file. */
  readonly registry?: Registry;
}

const optionNames: OptionTypes<EvaluateOptions> = {
  split: oneOf(...splits),
  pipeline: optionTypes.place,
  plugins: optionTypes.flag,
  registry: optionTypes.registry,
  ...dataOptions,
};

/**
 * Sends the examples of a split through the network of a run, and judges what it says, as `pipeline evaluate` does. Nothing
 * is learned. Of a committee, it judges the mean of what its members say, and each of them.
 *
 * @param run `runs/relu/3`, `runs/relu` for the newest that is complete, or a committee, `runs/relu/committee-1`; with
 * `pipeline`, the file of a model, too
 * @throws DataError when there is no run or model, or data are missing; PipelineError when the pipeline has no such examples,
 * or is not one that the model fits.
 */
export async function evaluateRun(run: string | URL, options: EvaluateOptions = {}): Promise<SplitEvaluation> {
  requireKnownOptions(options, optionNames, 'evaluateRun');
  const { split = 'test', pipeline, plugins, registry = builtIn.registry, ...given } = options;
  const path = requirePath(run, 'evaluateRun: the run');
  const isCommittee = await isCommitteeFolder(path);
  const { model, pipelineFile, ...ran } = await placeOf(
    isCommittee ? (await trainedMembers(path))[0].run : path, // all have learned from the same data
    pipeline && requirePath(pipeline, 'evaluateRun: pipeline'),
  );
  const loaded = await loadPipeline(pipelineFile, plugins === undefined ? {} : { plugins });
  const places = { ...ran, ...given };
  return isCommittee
    ? evaluateCommittee(path, loaded, split, registry, places)
    : evaluateModel(model, loaded, split, registry, places);
}

interface Place extends Pick<DataOptions, 'dataFolder' | 'offline'> {
  readonly model: string;
  readonly pipelineFile: string;
}

/** A model, and the pipeline with its data: of a run, or as they were given. */
async function placeOf(run: string, pipeline: string | undefined): Promise<Place> {
  const folder = await modelFolderOf(run);
  const isFile = await stat(folder).then(
    (entry) => !entry.isDirectory(),
    () => false, // said when its environment is read
  );
  if (isFile && pipeline === undefined) {
    await modelBytes(run); // what is no model is said first
    throw new PipelineError(
      `${run}: a model alone does not say what to evaluate it on; give a pipeline file with its data: --pipeline FILE`,
    );
  }
  const model = isFile ? run : join(folder, files.model);
  if (pipeline !== undefined) return { model, pipelineFile: pipeline };
  const { dataFolder, offline } = await readEnvironment(folder);
  return {
    model,
    pipelineFile: join(folder, files.pipeline),
    offline,
    ...(dataFolder !== undefined && { dataFolder }),
  };
}
