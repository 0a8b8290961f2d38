/** Why a network says what it says of a sample: what each stage made of it, and how much each of its numbers counts. */
import type { Network } from '../contract.js';
import { RunError } from '../errors.js';
import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Batch } from '../kinds.js';
import { isOutermost, placeOf, type StageRow } from '../pipeline/assembly.js';
import { copyOf, largestColumn, type Shape, sizeOf, type Tensor, widthOf } from '../tensor.js';
import { through } from '../through.js';
import type { ModelDescription } from './description.js';
import { featuresOf, unlabelled } from './outputs.js';
import type { NumberSamples } from './samples.js';

/** What one sample becomes on its way through a network, and what speaks for a class. */
export interface Explanation {
  /** The class in question. */
  readonly label: number;
  /** The sample as the network is given it: scaled. */
  readonly input: Tensor;
  /** What each stage of the network gives, without those inside others. */
  readonly stages: readonly StageOutput[];
  /** How fast the output of the class grows with each number of the input, in the input's shape. */
  readonly gradient: Tensor;
  /** gradient x input: what each number adds to the output, as far as a straight line tells. Below 0 it speaks against the class. */
  readonly contributions: Tensor;
}

/** What a stage of a network gave of one sample. */
export interface StageOutput {
  /** `network.0` */
  readonly place: string;
  readonly name: string;
  readonly output: Tensor;
}

/** Which class to explain. */
export interface ExplainOptions {
  /** By its number. Default: the one of the largest output. */
  readonly label?: number | undefined;
}

/**
 * A function that explains one sample.
 *
 * Source: D. Baehrens et al., How to explain individual classification decisions, JMLR 11 (2010), for the gradient;
 * A. Shrikumar et al., Not just a black box, arXiv:1605.01713, for gradient x input.
 *
 * @throws (the function) what `predict` throws; RangeError where there is no such class.
 */
export function explainedBy(
  kernels: Kernels,
  { input, output, operator }: Network,
  rows: readonly StageRow[],
  { scaling, fill }: Pick<ModelDescription, 'scaling' | 'fill'>,
): (sample: NumberSamples, options: ExplainOptions) => Explanation {
  const one = rowBuffer(kernels, 1, input.shape);
  const back = rowBuffer(kernels, 1, output.shape);
  const stages = rows.filter((row) => row.section === 'network' && isOutermost(row));

  return (sample, options) => {
    const { features } = featuresOf(sample, input.shape, fill);
    const x = one(1);
    const ofFirst = Float64Array.from({ length: sizeOf(input.shape) }, (_, i) => features[i]);
    kernels.gather(x, ofFirst, Int32Array.of(0), scaling);
    const given = ofOne(x, input.shape);
    const batch = through(operator, unlabelled(x));
    const classes = widthOf(batch.x);
    const { label = largestColumn(batch.x.data, 0, classes) } = options;
    if (!(label in batch.x.data))
      throw new RangeError(`explain: there is no class ${label}, found 0 to ${classes - 1}`);
    const outputs = outputsOf(stages, batch);

    const dout = back(1);
    dout.data.fill(0);
    dout.data[label] = 1;
    const gradient = ofOne(wayBack(batch, dout), input.shape);
    const contributions = copyOf(gradient);
    for (const [i, value] of given.data.entries()) contributions.data[i] *= value;
    return { label, input: given, stages: outputs, gradient, contributions };
  };
}

/** A stage gives what the one after it is given. */
const outputsOf = (stages: readonly StageRow[], { x, tape }: Batch): StageOutput[] =>
  stages.map((stage, i) => {
    const next = stages[i + 1];
    const output = tape.find(({ at }) => at === next?.at)?.input ?? x;
    return { place: placeOf(stage), name: stage.name, output: ofOne(output, shapeOf(stage)) };
  });

const shapeOf = ({ output }: StageRow): Shape => ('shape' in output ? output.shape : []);

/** From the gradient of the output to that of the sample. */
function wayBack({ tape }: Batch, dout: Tensor): Tensor {
  const dx = tape.reduceRight<Tensor | undefined>(
    (gradient, { pullback }) => gradient && pullback(gradient, true),
    dout,
  );
  if (dx === undefined) throw new RunError('explain: a layer gave no gradient for its input');
  return dx;
}

/** A copy of a batch of one sample, in the shape of the sample. */
const ofOne = ({ data }: Tensor, shape: Shape): Tensor => ({ shape, data: data.slice() });
