/** What is left when training is over, and can be kept: the network with its parameters, and how it reads samples. */
import { concatMap } from 'rxjs';
import type { AnyStage } from '../contract.js';
import { RunError } from '../errors.js';
import type { Parameter, Scaling, Spec } from '../kinds.js';
import { isOutermost, type PlacedStage, type StageRow } from '../pipeline/assembly.js';
import type { NetworkAlone } from '../pipeline/network-alone.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { unscaled } from '../scaling.js';
import type { StateDict } from '../state.js';
import { targetNames } from '../table.js';
import { firstNotFinite, type Tensor } from '../tensor.js';
import { describePipeline, type ModelDescription, type Training } from './description.js';
import { type ExplainOptions, type Explanation, explainedBy } from './explanation.js';
import { outputsBy } from './outputs.js';
import { classesIn, type Prediction, type Predictor } from './predictor.js';
import { probabilitiesBy } from './probabilities.js';
import type { Samples } from './samples.js';
import { seal } from './sealed-file.js';
import { asNumbers } from './table-rows.js';

/** A stage of a network, and what it gives. */
export interface ModelStage extends PlacedStage {
  readonly output: Spec<'batch'>;
}

/** A network that has learned, and takes samples as they were before any stage of data. */
export interface Model extends Predictor {
  /** By place and name: `network.0.W`. The live values, not copies. */
  readonly parameters: readonly Parameter[];
  /** What its file says of it. */
  readonly description: ModelDescription;
  /** The stages of its network, one after another. */
  readonly layers: readonly Pick<AnyStage, 'definition' | 'options'>[];
  /** The same with their places and shapes, and those inside others. */
  readonly stages: readonly ModelStage[];
  /**
   * What each stage made of one sample, and how much each of its numbers speaks for a class. Takes what `predict` takes; of several
   * samples, the first.
   *
   * @throws what `predict` throws; RangeError where there is no such class.
   */
  explain(sample: Samples, options?: ExplainOptions): Promise<Explanation>;
  /** A copy of all that it learned and remembers, by place and name: `network.0.W`. */
  state(): StateDict;
  /** The bytes of `model.safetensors`: all that is needed to predict elsewhere, and no code. */
  encode(): Promise<Uint8Array<ArrayBuffer>>;
}

/** The model of a pipeline that has been trained, which goes on to use the pipeline's memory. */
export function modelOf(pipeline: Pipeline, training: Training): Model {
  const { kernels, network, rows, parameters, learned: state } = pipeline;
  return createModel(describePipeline(pipeline, training), { ...network, kernels, rows, parameters, state });
}

/** @deprecated It is called `modelOf` now, and takes all that the data say, so that the model can be kept. */
export const trainedNetwork = (pipeline: Pipeline, scaling: Scaling): Model => modelOf(pipeline, { data: { scaling } });

export function createModel(description: ModelDescription, network: NetworkAlone): Model {
  const { name, input, outputs: reading } = description;
  const { kernels, rows, parameters, state: learned } = network;
  const stages = networkStages(rows);
  const outputsOf = outputsBy(kernels, network, description);
  const explainedIn = explainedBy(kernels, network, rows, description);
  const classNames =
    input.classes === undefined
      ? undefined
      : Array.from({ length: input.classes }, (_, label) => description.classNames?.[label] ?? String(label));

  const predict = async (samples: Samples): Promise<Prediction> => {
    const { numbers, unseen } = asNumbers(samples, description.columns);
    const said = await outputsOf(numbers);
    const outputs = inOwnUnits(said, description.targetScaling);
    const probabilities = probabilitiesBy[reading](outputs);
    return { ...classesIn(outputs, classNames), probabilities, outputs, unseen };
  };

  const explain: Model['explain'] = async (sample, options = {}) =>
    explainedIn(asNumbers(sample, description.columns).numbers, options);

  return {
    name,
    parameters,
    shape: input.shape,
    classNames,
    targetNames: targetNames(description.columns),
    description,
    layers: stages.filter(isOutermost),
    stages,
    predict,
    explain,
    operator: () => concatMap(predict),
    state: () => learned.state(),
    encode: () => encodeModel(description, learned.state()),
  };
}

/** Those of a pipeline's stages that are its network's. */
export const networkStages = (rows: readonly StageRow[]): ModelStage[] =>
  rows.flatMap(({ output, ...row }) =>
    row.section === 'network' && output.kind === 'batch' ? [{ ...row, output }] : [],
  );

/** Real numbers as the targets had them, before they were standardized. */
function inOwnUnits({ shape, data }: Tensor, scaling: Scaling | undefined): Tensor {
  if (scaling === undefined) return { shape, data };
  const own = data.map((value, i) => unscaled(value, i, scaling));
  const wrong = firstNotFinite(own);
  if (wrong === -1) return { shape, data: own };
  const sample = Math.floor((wrong * shape[0]) / own.length);
  throw new RunError(
    `predict: the network says ${data[wrong]} of sample ${sample}, which is ${own[wrong]} in units of the target`,
  );
}

/** The bytes of a model's file. */
export const encodeModel = (description: ModelDescription, state: StateDict): Promise<Uint8Array<ArrayBuffer>> =>
  seal({ kind: 'model', description, state });
