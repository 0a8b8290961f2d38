/**
 * Gradient check: is what `backward` says the slope of the loss? Every gradient of a pipeline (of each parameter, and of
 * the input of each network stage and of the loss) is held against differences of the loss, in float64. Both are computed
 * by the back end that the pipeline runs on, and where an activation declares a kernel, that kernel is held against the
 * activation's formula.
 */
import type { AnyStage, Stage } from '../contract.js';
import { PipelineError } from '../errors.js';
import type { Origin } from '../host.js';
import type { Backend, Formula } from '../kernels/kernels.js';
import type { Batch, Parameter, Step } from '../kinds.js';
import { byPlace, placeOf, type StageOperator } from '../pipeline/assembly.js';
import type { Environment, PipelineDefinition } from '../pipeline/pipeline.js';
import { sideListsOf } from '../pipeline/side-lists.js';
import { seededRandom } from '../random/random.js';
import { Replay } from '../random/replay.js';
import { stage } from '../stage.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { through } from '../through.js';
import { type Compared, type Comparison, chosen, compare, LIMIT } from './gradient-comparison.js';
import { remarkOnLoss } from './loss-is-mean.js';
import { type Gradients, type Link, record } from './recorded-batch.js';
import {
  type Change,
  lastRows,
  otherRows,
  otherRowsProblem,
  outputsOf,
  repeat,
  requireSameOutputs,
  rewind,
  rowsOf,
  rowsProblem,
  thereAndBack,
} from './second-batch.js';
import { isWithoutEffect, withoutEffect } from './without-effect.js';

export type { Comparison } from './gradient-comparison.js';

/** How much to compare. */
export interface GradientCheckOptions {
  /** How many numbers of each tensor to compare, drawn at random. Default 100. */
  readonly parameters?: number | 'all';
}

/** What the check says of one tensor. */
export interface GradientRow extends Compared {
  /** `network.0` */
  readonly stage: string;
  readonly name: string;
  /** The list of a block that it stands in, where that is another than the first: `shortcut`. */
  readonly list?: string;
  /** A parameter, `W`; or `x`, what the stage is given. */
  readonly tensor: string;
  /** How many numbers the tensor holds. */
  readonly size: number;
  /** Of a parameter whose every slope is 0, since the loss is the same whatever it is: a bias in front of batchNorm. */
  readonly hasNoEffect?: true;
  /** What is wrong with it, where it is right in the first batch alone. */
  readonly problem?: string;
}

/** Every gradient of a pipeline beside the slope of its loss. */
export interface GradientReport {
  readonly origin: Origin;
  /** What computed: what the pipeline asks for, or the textbook's loops where this machine has no WebAssembly for it. */
  readonly backend: Backend;
  /** How many examples the loss is the mean of. */
  readonly samples: number;
  /** How many the last batch had; undefined where there was none, since something is wrong already or there is one example. */
  readonly fewer: number | undefined;
  readonly loss: number;
  /** From the first layer to the loss. A wrong gradient makes all those before it wrong too. */
  readonly rows: readonly GradientRow[];
  /** Losses that return another number than they differentiate, with the options for the latter, which was checked. */
  readonly differentiated: readonly { readonly name: string; readonly options: Stage['options'] }[];
  /** What is unusual, and not wrong: a loss that is no mean over samples. */
  readonly remarks: readonly string[];
  /** Whether no row is wrong: one of which nothing is known has not passed. */
  readonly passed: boolean;
}

/**
 * Sends the first batch through the pipeline's own network, loss and `backward`; then nudges one number after another
 * and computes the loss again. The batch goes there and back a second time, which must change nothing, and then the same is
 * done with as many other rows, and with its last rows alone: a gradient may be right in a first batch, or for one number
 * of rows. Every parameter is a little off its first value: one that is 1 or 0 hides that a pullback forgets it. Best with a
 * small batch: each number takes at least two ways through the network.
 *
 * @throws PipelineError when the pipeline has no `backward`, and when an activation declares a kernel that does not compute
 * its formula; what building and running a pipeline throw.
 */
export async function checkGradients(
  definition: PipelineDefinition,
  environment: Environment = {},
  { parameters = 100 }: GradientCheckOptions = {},
): Promise<GradientReport> {
  const train = definition.train.map(asDifferentiated);
  const replay = new Replay();
  const recording = await record({ ...definition, train }, environment, replay);
  const { links, gradients, origin, backend, samples, loss } = recording;
  const changes = repeat(recording, replay);
  const random = seededRandom(definition.seed ?? 0).stream('check');
  const later = parameters === 'all' ? parameters : Math.ceil(parameters / LATER);
  const batch = links[0].input;
  const give = rowsOf(batch);
  const remarks = remarkOnLoss(links);
  const send = (some: readonly Link[], input: Batch | Step): Batch | Step => {
    rewind(some, replay);
    return through(joined(some), input) as Batch | Step;
  };

  for (const [position, link] of links.entries()) {
    if (link.row.section !== 'network') continue;
    const { definition: layer, options } = link.row;
    const input = send(links.slice(0, position), batch);
    requireFormula(layer.formula?.(options), input.x, send([link], input), link.row.at);
  }

  const stages = links.map(({ row }) => row);
  const inOrder = [...links.entries()].sort(([, a], [, b]) => byPlace(a.row, b.row)); // a shortcut comes first on the way

  /** One row a gradient, of a batch that begins the way. */
  const rowsFor = (begin: Batch, said: Gradients, count = parameters): GradientRow[] =>
    inOrder.flatMap(([position, link]) => {
      if (link.isBehindStages) return []; // the gradient of a block's input is what its opening gives
      // Buffers are reused: what comes into this stage is what the last way through left there.
      const input = send(links.slice(0, position), begin);
      const lossNow = (): number => (send(links.slice(position), input) as Step).loss;
      return tensorsOf(link, input.x).flatMap(({ key, tensor, value }) => {
        const gradient = said.get(key);
        if (gradient === undefined) return [];
        const { row } = link;
        const compared =
          key !== link && isWithoutEffect(lossNow, value, gradient)
            ? withoutEffect(gradient)
            : compare(lossNow, value, gradient, chosen(gradient, count, random));
        const list = sideListsOf(row, stages).findLast((one) => one !== undefined)?.name;
        const known = { stage: placeOf(row), name: row.name, ...(list && { list }), tensor, size: sizeOf(value.shape) };
        return [{ ...known, ...changed(compared, changes.get(key)) }];
      });
    });
  let rows = rowsFor(batch, gradients);
  // a gradient that is wrong spoils others, in whatever batch
  const isWrong = (): boolean => rows.some(({ verdict }) => verdict === 'wrong');
  /** The same of other rows of the batch: where one is wrong, that is what there is to say. */
  const goOn = (second: Batch, problemOf: (worst: Comparison) => string): void => {
    const found = rowsFor(second, thereAndBack(links, second, replay), later);
    rows = rows.map((row, i) => {
      const { verdict, worst } = found[i];
      return verdict === 'wrong' && worst !== undefined ? { ...found[i], problem: problemOf(worst) } : row;
    });
  };
  let fewer: number | undefined;
  if (samples > 1 && !isWrong()) {
    const all = Array.from({ length: samples }, (_, row) => row);
    goOn(give(otherRows(all)), (worst) => otherRowsProblem(worst, samples));
    if (!isWrong()) {
      const last = lastRows(all);
      fewer = last.length;
      const before = outputsOf(links, give(otherRows(all)), replay);
      replay.aside(() => thereAndBack(links, give(last), replay));
      requireSameOutputs(links, before, outputsOf(links, give(otherRows(all)), replay), last.length);
      goOn(give(last), (worst) => rowsProblem(worst, samples, last.length));
    }
  }
  const passed = rows.every(({ verdict }) => verdict === 'right' || verdict === 'zero');
  const differentiated = train
    .filter((stage, i) => stage !== definition.train[i])
    .map(({ definition: { name }, options }) => ({ name, options }));
  return { origin, backend, samples, fewer, loss, rows, differentiated, remarks, passed };
}

/** By how much fewer numbers are compared in later batches: what is wrong in those alone is wrong nearly everywhere. */
const LATER = 4;

/** What has a gradient in a stage: each parameter, then its input. */
const tensorsOf = (
  link: Link,
  x: Tensor,
): readonly { readonly key: Link | Parameter; readonly tensor: string; readonly value: Tensor }[] => [
  ...link.row.parameters.map((parameter) => ({
    key: parameter,
    tensor: parameter.name.slice(placeOf(link.row).length + 1),
    value: parameter.value,
  })),
  { key: link, tensor: 'x', value: x },
];

/** A gradient that is right, and was another one when the same batch came again, is wrong after all. */
function changed(compared: Compared, change: Change | undefined): Compared & Pick<GradientRow, 'problem'> {
  if (compared.verdict === 'wrong' || change === undefined) return compared;
  const { index, first, again, absoluteError, relativeError, problem } = change;
  const worst = { index, backward: again, difference: first };
  return { ...compared, absoluteError, relativeError, verdict: 'wrong', worst, problem };
}

/** A loss stage that returns the loss which it differentiates: the same stage where it does so anyway. */
function asDifferentiated(given: AnyStage): AnyStage {
  const { definition, options } = given;
  const exact = definition.differentiated?.(options) ?? options;
  const same = Object.entries(exact).every(([name, value]) => value === options[name]);
  return same ? given : stage(definition)(exact);
}

/**
 * A kernel's gradient would pass with the kernel's own values, whatever the formula is. Of its derivative, x f'(x) is
 * compared: what the pullback makes of x itself, a tensor that the kernel can read.
 *
 * @throws PipelineError at the first number that the kernel computes in another way.
 */
function requireFormula(formula: Formula | undefined, x: Tensor, { x: y, tape }: Batch, place: string): void {
  if (formula?.kernel === undefined) return;
  const { value, derivative, kernel } = formula;
  const holdAgainst = (what: string, i: number, found: number, expected: number): void => {
    if (Object.is(found, expected) || Math.abs(found - expected) <= LIMIT * Math.max(1, Math.abs(expected))) return;
    throw new PipelineError(
      `${place}: the ${what} is not what its kernel, ${JSON.stringify(kernel)}, computes: ` +
        `at x = ${x.data[i]} it gives ${expected}, the kernel ${found}`,
    );
  };
  for (const [i, found] of y.data.entries()) holdAgainst('formula', i, found, value(x.data[i]));
  const dx = tape[tape.length - 1].pullback(x, true);
  if (dx === undefined) return;
  for (const [i, found] of dx.data.entries()) {
    if (x.data[i] !== 0) holdAgainst('derivative', i, found / x.data[i], derivative(x.data[i], y.data[i]));
  }
}

/** One operator after another. */
const joined =
  (links: readonly Link[]): StageOperator =>
  (source) =>
    links.reduce((flow, { operator }) => operator(flow), source);
