/** What is left when training is over, and can be kept: the network with its parameters, and how it reads samples. */
import { concatMap, type OperatorFunction } from 'rxjs';
import type { AnyStage } from '../contract.js';
import { RunError } from '../errors.js';
import type { Parameter, Scaling, Spec } from '../kinds.js';
import { isOutermost, type PlacedStage, type StageRow } from '../pipeline/assembly.js';
import type { NetworkAlone } from '../pipeline/network-alone.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { unscaled } from '../scaling.js';
import type { StateDict } from '../state.js';
import { targetNames } from '../table.js';
import { firstNotFinite, largestColumn, type Shape, sizeOf, type Tensor } from '../tensor.js';
import { describePipeline, type ModelDescription, type Training } from './description.js';
import { outputsBy } from './outputs.js';
import { probabilitiesBy } from './probabilities.js';
import type { Samples } from './samples.js';
import { seal } from './sealed-file.js';
import { asNumbers, type UnseenValue } from './table-rows.js';

/** What a model says of n samples, in their order. */
export interface Prediction {
  /** [n] The class of the largest output of each sample; empty where the network learned from real-valued targets. */
  readonly classes: readonly number[];
  /** [n] What those classes are called: by the data, or else their numbers. */
  readonly names: readonly string[];
  /**
   * [n, C] How probable each class is; [n, m] how probable a yes is to each question. Undefined where the network says
   * something else: real-valued targets, or numbers that no softmax follows.
   */
  readonly probabilities: Tensor | undefined;
  /** [n, C] What the network's last stage said: logits or probabilities of each class, or real numbers in the targets' units. */
  readonly outputs: Tensor;
  /** Values of rows of a table that no row to learn from has, so that they count for none; empty where there are none. */
  readonly unseen: readonly UnseenValue[];
}

/** A stage of a network, and what it gives. */
export interface ModelStage extends PlacedStage {
  readonly output: Spec<'batch'>;
}

/** A network that has learned, and takes samples as they were before any stage of data. */
export interface Model {
  /** The pipeline's. */
  readonly name: string;
  /** By place and name: `network.0.W`. The live values, not copies. */
  readonly parameters: readonly Parameter[];
  /** The shape of a sample: [28, 28]. */
  readonly shape: Shape;
  /** What each class is called, by its number; undefined where the network learned from real-valued targets. */
  readonly classNames: readonly string[] | undefined;
  /** What each number is called that it says of a sample, where it learned from a table's numbers, or yes and no. */
  readonly targetNames: readonly string[];
  /** What its file says of it. */
  readonly description: ModelDescription;
  /** The stages of its network, one after another. */
  readonly layers: readonly Pick<AnyStage, 'definition' | 'options'>[];
  /** The same with their places and shapes, and those inside others. */
  readonly stages: readonly ModelStage[];
  /**
   * Predicts from features as they were before normalization (bytes 0 to 255 for images); the training data's scaling is
   * applied. Takes one sample, `pixels`, a list of samples, `[first, second]`, or one array of n samples and its shape,
   * `{ shape: [n, 28, 28], data }`. A network that learned from a table takes its rows, too: `{ width: 1.5, colour: 'red' }`,
   * or a list of them. Several calls may be under way at once.
   *
   * @throws RangeError when a sample has another size than the network takes; RunError when a feature, or what the network
   * says of a sample, is not a finite number.
   */
  predict(samples: Samples): Promise<Prediction>;
  /** The same as an operator of RxJS, one prediction for each emission, in order. */
  operator(): OperatorFunction<Samples, Prediction>;
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
  const columns = sizeOf(network.output.shape);
  const classNames =
    input.classes === undefined
      ? undefined
      : Array.from({ length: input.classes }, (_, label) => description.classNames?.[label] ?? String(label));

  const predict = async (samples: Samples): Promise<Prediction> => {
    const { numbers, unseen } = asNumbers(samples, description.columns);
    const said = await outputsOf(numbers);
    const outputs = inOwnUnits(said, description.targetScaling);
    const probabilities = probabilitiesBy[reading](outputs);
    if (classNames === undefined) return { classes: [], names: [], probabilities, outputs, unseen };
    const rows = Array.from({ length: outputs.shape[0] }, (_, row) => row);
    const classes = rows.map((row) => largestColumn(outputs.data, row * columns, columns));
    const names = classes.map((label) => classNames[label]);
    return { classes, names, probabilities, outputs, unseen };
  };

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
