/** How good a model is on a split of a pipeline's data: the run's own examples, loss and kernels. */
import { from, lastValueFrom, toArray } from 'rxjs';
import type { AnyStage } from '../core/contract.js';
import { DataError, messageOf, PipelineError } from '../core/errors.js';
import type { Examples, Split } from '../core/kinds.js';
import type { ModelDescription } from '../core/model/description.js';
import { modelContents, stagesOf } from '../core/model/load-model.js';
import {
  type Environment,
  openPipeline,
  type Pipeline,
  type PipelineDefinition,
  splitsOf,
} from '../core/pipeline/pipeline.js';
import { joinRegistries, type Registry } from '../core/pipeline/registry.js';
import { restoreWhole } from '../core/state.js';
import type { DType } from '../core/tensor.js';
import { batch, forward } from '../stages/index.js';
import { type DataOptions, environmentOf } from './environment.js';
import type { LoadedPipeline } from './load-pipeline.js';
import { modelBytes } from './model-file.js';
import { judge, type SplitEvaluation, said } from './split-evaluation.js';

/**
 * Sends the examples of a split through the network of a model, and judges what it says. Nothing is learned, and what acts
 * in training alone, such as dropout, does not act.
 *
 * @param path of the model's file
 * @param loaded the pipeline that says what the data are, and the loss
 * @param more stages that the model may be made of, beside those of the pipeline
 * @throws DataError when there is no model, or it is damaged; PipelineError when the pipeline has no such examples, or is
 * not one that the model fits; what opening a pipeline throws.
 */
export async function evaluateModel(
  path: string,
  loaded: LoadedPipeline,
  split: Split,
  more: Registry,
  options: DataOptions,
): Promise<SplitEvaluation> {
  const { pipeline, section, description } = await openJudging(path, loaded, split, more, options);
  return withThreads(pipeline, async () => {
    const examples = await examplesOf(pipeline, loaded, split);
    const { outputs, ...figures } = await said(pipeline, section, examples, description);
    const learnedFrom = description.reached?.data;
    return { split, examples, learnedFrom, ...figures, ...judge(outputs, examples, description) };
  });
}

/** A pipeline whose network is that of a model, and in which a section judges it. */
interface Judging {
  readonly pipeline: Pipeline;
  readonly section: Split;
  readonly description: ModelDescription;
}

/** @throws as `evaluateModel` */
export async function openJudging(
  path: string,
  loaded: LoadedPipeline,
  split: Split,
  more: Registry,
  options: DataOptions,
): Promise<Judging> {
  const { description, state } = await modelContents(await modelBytes(path), path);
  const network = stagesOf(description, registryFor(loaded, more), path);
  const opened = await openWith(network, description.dtype, loaded, split, options);
  try {
    restoreWhole(opened.pipeline.learned, state);
  } catch (error) {
    throw new DataError(path, `it does not fit ${loaded.path}: ${messageOf(error)}`, { cause: error });
  }
  return { ...opened, description };
}

/** A pipeline with another network, in which a section judges it. */
export async function openWith(
  network: readonly AnyStage[],
  dtype: DType,
  loaded: LoadedPipeline,
  split: Split,
  options: DataOptions,
  changes: Partial<Environment> = {},
): Promise<Omit<Judging, 'description'>> {
  const { definition } = loaded;
  const section = judgingSection(definition, split);
  const pipeline = await openPipeline(
    {
      ...definition,
      dtype,
      initialWeights: undefined, // the run began with them
      best: undefined, // and has chosen, by metrics that are not computed here
      earlyStopping: undefined,
      network,
      [section]: judging(definition, split),
    },
    { ...environmentOf(loaded, options), ...changes },
  );
  return { pipeline, section };
}

/** Work with all threads of a pipeline. */
export async function withThreads<T>({ kernels }: Pipeline, work: () => Promise<T>): Promise<T> {
  const { stop } = kernels.startThreads();
  try {
    return await work();
  } finally {
    stop();
  }
}

/** The stages of a pipeline and further ones: a plug-in may be named by the pipeline, and by an option. */
export const registryFor = ({ catalogue: { registry } }: LoadedPipeline, more: Registry): Registry =>
  joinRegistries(registry, new Map([...more].filter(([name]) => !registry.has(name))));

/** The section whose place the judging takes: asking for no split of the data that the run did not ask for. */
function judgingSection({ test, validation }: PipelineDefinition, split: Split): Split {
  if (split === 'test' || test !== undefined) return 'test';
  return validation === undefined ? 'train' : 'validation';
}

/** Each example once, in order, as far as the loss; in batches as those of the section, so that sums round as they did. */
function judging(definition: PipelineDefinition, split: Split): readonly AnyStage[] {
  const own = definition[split] ?? [];
  const isLoss = ({ definition: { family } }: AnyStage): boolean => family === 'losses';
  const loss = own.find(isLoss) ?? definition.train.find(isLoss);
  if (loss === undefined) throw new PipelineError('train: has no loss, so there is nothing to evaluate by');
  const [first] = own;
  return [first?.definition === batch.definition ? first : batch({ size: ROWS }), forward(), loss];
}

/** How many examples go through the network at a time. */
const ROWS = 500;

/** Read in the order in which the run read them: what is drawn comes from the same streams. */
export async function examplesOf(
  pipeline: Pipeline,
  { path, definition }: LoadedPipeline,
  split: Split,
): Promise<Examples> {
  const splits = split === 'test' ? splitsOf({ ...definition, test: definition.train }) : splitsOf(definition);
  const all = await lastValueFrom(from(splits).pipe(pipeline.data, toArray()));
  const found = all.find((one) => one.split === split);
  if (found !== undefined) return found;
  const others = all.map((one) => one.split).join(' or ');
  throw new PipelineError(`${path}: its data: gives no ${split} examples; give --split ${others}`);
}
