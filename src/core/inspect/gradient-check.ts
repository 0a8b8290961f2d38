/**
 * Gradient check: is what `backward` says the slope of the loss? Every gradient of a pipeline (of each parameter, and of
 * the input of each network stage and of the loss) is held against differences of the loss, in float64. Both are computed
 * by the back end that the pipeline runs on, and where an activation declares a kernel, that kernel is held against the
 * activation's formula.
 */
import { firstValueFrom, ignoreElements, lastValueFrom, map, of, pipe, take, tap } from 'rxjs';
import type { AnyStage, Stage } from '../contract.js';
import { PipelineError } from '../errors.js';
import type { Origin } from '../host.js';
import type { Backend, Formula } from '../kernels/kernels.js';
import type { Batch, Parameter, SourceSplit, Step } from '../kinds.js';
import { type Instrument, placeOf, type StageOperator, type StageRow } from '../pipeline/assembly.js';
import { type Environment, openPipeline, type PipelineDefinition } from '../pipeline/pipeline.js';
import { type Random, seededRandom } from '../random/random.js';
import { Replay } from '../random/replay.js';
import { stage } from '../stage.js';
import type { StateDict } from '../state.js';
import { copyOf, indexIn, sizeOf, type Tensor } from '../tensor.js';
import { STEPS, slopeAt, surestSlope } from './slope.js';
import { through } from './through.js';
import { watchPullback } from './watch-pullback.js';

/** How much to compare. */
export interface GradientCheckOptions {
  /** How many numbers of each tensor to compare, drawn at random. Default 100. */
  readonly parameters?: number | 'all';
}

/** One number of a gradient, from both sides. */
export interface Comparison {
  /** Where it stands in its tensor: [row, column]. */
  readonly index: readonly number[];
  readonly backward: number;
  readonly difference: number;
}

/** What the check says of one tensor. */
export interface GradientRow {
  /** `network.0` */
  readonly stage: string;
  readonly name: string;
  /** A parameter, `W`; or `x`, what the stage is given. */
  readonly tensor: string;
  /** How many numbers the tensor holds. */
  readonly size: number;
  /** How many of them were compared. */
  readonly checked: number;
  /** How many could not be: the difference is taken across a corner, so halving h changes it. */
  readonly skipped: number;
  /** The largest |backward - difference|; undefined when nothing was compared. */
  readonly absoluteError: number | undefined;
  /** The same, divided by the largest slope in the tensor. */
  readonly relativeError: number | undefined;
  /** Wrong from a relative error of 1e-6 on; unknown when every number was skipped. */
  readonly verdict: 'right' | 'wrong' | 'unknown';
  /** Where the largest error is. */
  readonly worst: Comparison | undefined;
}

/** Every gradient of a pipeline beside the slope of its loss. */
export interface GradientReport {
  readonly origin: Origin;
  /** What computed: what the pipeline asks for, or the textbook's loops where this machine has no WebAssembly for it. */
  readonly backend: Backend;
  /** How many examples the loss is the mean of. */
  readonly samples: number;
  readonly loss: number;
  /** From the first layer to the loss. A wrong gradient makes all those before it wrong too. */
  readonly rows: readonly GradientRow[];
  /** Losses that return another number than they differentiate, with the options for the latter, which was checked. */
  readonly differentiated: readonly { readonly name: string; readonly options: Stage['options'] }[];
  /** Whether every row is right: one of which nothing is known has not passed. */
  readonly passed: boolean;
}

/** The relative error that is one too many. */
const LIMIT = 1e-6;

/** A slope may be in doubt by half of what it is to decide; one that is in doubt by a tenth need not be taken again. */
const TRUSTED = LIMIT / 2;
const ENOUGH = LIMIT / 10;

/** Slopes below this are lost in the rounding of a loss around 1: errors are not taken relative to less. */
const SMALLEST_SCALE = 1e-6;

/** A stage that the loss depends on: a network stage, or a loss. */
interface Link {
  readonly row: StageRow;
  readonly operator: StageOperator;
  /** What it was given: a batch, or a step that an earlier loss made. */
  readonly input: Batch | Step;
  /** What its stage remembered then. A layer that moves something with each batch is a function of what it begins with. */
  readonly before: StateDict | undefined;
  /** What `backward` says of the input's x; undefined where the input is a step. */
  gradient: Tensor | undefined;
}

/** One batch's way to its loss, and what `backward` said of it. */
interface Recording {
  readonly links: readonly Link[];
  readonly origin: Origin;
  readonly samples: number;
  readonly backend: Backend;
  readonly gradients: ReadonlyMap<Parameter, Tensor>;
}

/**
 * Sends the first batch through the pipeline's own network, loss and `backward`; then nudges one number after another
 * and computes the loss again. Best with a small batch: each number takes at least four ways through the network.
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
  const { links, gradients, ...recorded } = await record({ ...definition, train }, environment, replay);
  const random = seededRandom(definition.seed ?? 0).stream('check');
  const [first] = links;
  const send = (some: readonly Link[], input: Batch | Step): Batch | Step => {
    replay.rewind();
    for (const { row, before } of some) if (before !== undefined) row.state?.restore(before);
    return through(joined(some), input) as Batch | Step;
  };
  const lossFrom = (position: number, input: Batch | Step): number => (send(links.slice(position), input) as Step).loss;

  const rows = links.flatMap(({ row, gradient }, position) => {
    // Buffers are reused: what comes into this stage is what the last way through left there.
    const input = send(links.slice(0, position), first.input);
    const loss = () => lossFrom(position, input);
    if (row.section === 'network') {
      const { definition: layer, options } = definition.network[row.position];
      const place = environment.locate?.(row.section, row.position) ?? placeOf(row);
      requireFormula(layer.formula?.(options), input.x, send([links[position]], input), place);
    }
    const rowOf = (tensor: string, value: Tensor, said: Tensor): GradientRow => ({
      stage: placeOf(row),
      name: row.name,
      tensor,
      size: sizeOf(value.shape),
      ...compare(loss, value, said, chosen(said, parameters, random)),
    });
    const learned = row.parameters.map((parameter) =>
      rowOf(parameter.name.slice(placeOf(row).length + 1), parameter.value, gradients.get(parameter) as Tensor),
    );
    return gradient === undefined ? learned : [...learned, rowOf('x', input.x, gradient)];
  });
  const passed = rows.every(({ verdict }) => verdict === 'right');
  const differentiated = train
    .filter((stage, i) => stage !== definition.train[i])
    .map(({ definition: { name }, options }) => ({ name, options }));
  return { ...recorded, loss: lossFrom(0, first.input), rows, differentiated, passed };
}

/** A loss stage that returns the loss which it differentiates: the same stage where it does so anyway. */
function asDifferentiated(given: AnyStage): AnyStage {
  const { definition, options } = given;
  const exact = definition.differentiated?.(options) ?? options;
  const same = Object.entries(exact).every(([name, value]) => value === options[name]);
  return same ? given : stage(definition)(exact);
}

/** Runs the first batch up to and including `backward`: nothing is learned from it. */
async function record(definition: PipelineDefinition, environment: Environment, replay: Replay): Promise<Recording> {
  const links: Link[] = [];
  const gradients = new Map<Parameter, Tensor>();
  let recorded = false;

  /** An operator that remembers what it was given. */
  const linked = (operator: StageOperator, row: StageRow): StageOperator =>
    pipe(
      tap((input) => {
        replay.start();
        links.push({ row, operator, input: input as Batch, before: row.state?.state(), gradient: undefined });
      }),
      operator,
    );
  const watched = map((batch) => {
    const link = links[links.length - 1];
    return watchPullback(batch as Batch, (dx) => {
      if (dx === undefined) throw new TypeError(`${link.row.name} gave no gradient for its input`);
      link.gradient = copyOf(dx);
    });
  }) as StageOperator;
  const played = tap((step) => {
    recorded = true;
    for (const link of links) {
      for (const parameter of link.row.parameters) gradients.set(parameter, copyOf(parameter.gradient));
      if (link.row.section === 'train' && !('dx' in link.input)) link.gradient = copyOf((step as Step).dx);
    }
  }) as StageOperator;

  const instrument: Instrument = (operator, row) => {
    if (row.section === 'network') return pipe(linked(operator, row), watched);
    if (row.section === 'data' || row.output.kind !== 'step') return operator;
    if (!row.output.gradients) return linked(operator, row);
    // `backward` is the first to have gradients, and nothing goes on from it to the optimizer.
    return pipe(operator, take(1), played, ignoreElements());
  };

  const pipeline = await openPipeline(
    { ...definition, dtype: 'float64' },
    { ...environment, instrument, chance: (source) => replay.over(source) },
  );
  const examples = await firstValueFrom(of<SourceSplit>('train').pipe(pipeline.data));
  await lastValueFrom(of(examples).pipe(pipeline.train.steps), { defaultValue: undefined });
  if (!recorded) {
    const place = environment.locate?.('train') ?? 'train';
    throw new PipelineError(`${place}: there is no gradient to check; put backward behind the loss`);
  }
  return {
    links,
    origin: examples.origin,
    samples: links[0].input.x.shape[0],
    backend: pipeline.kernels.backend,
    gradients,
  };
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

/**
 * Which numbers to compare, in their order: so many drawn at random, the first of them replaced by the one that has the
 * steepest slope by `backward`. Most pixels are 0, and to see that 0 is 0 proves little.
 */
function chosen({ shape, data }: Tensor, count: number | 'all', random: Random): Int32Array {
  const order = random.permutation(sizeOf(shape));
  if (count === 'all' || count >= order.length) return order.sort();
  const numbers = order.subarray(0, count);
  let steepest = 0;
  for (const [i, slope] of data.entries()) if (Math.abs(slope) > Math.abs(data[steepest])) steepest = i;
  if (!numbers.includes(steepest)) numbers[0] = steepest;
  return numbers.sort();
}

/** Nudges the chosen numbers of a value, and holds what the loss does against what `backward` said. */
function compare(
  loss: () => number,
  { shape, data }: Tensor,
  said: Tensor,
  numbers: Int32Array,
): Omit<GradientRow, 'stage' | 'name' | 'tensor' | 'size'> {
  const here = loss();
  const [notebooks] = STEPS;
  const first = Array.from(numbers, (i) => slopeAt(loss, here, data, i, notebooks));
  const scale = first.reduce((largest, { value }) => Math.max(largest, Math.abs(value)), SMALLEST_SCALE);

  const compared = [...numbers].flatMap((i, n) => {
    const slope = first[n].doubt <= ENOUGH * scale ? first[n] : surestSlope(loss, here, data, i, ENOUGH * scale);
    if (!(slope.doubt <= TRUSTED * scale)) return [];
    return { index: indexIn(shape, i), backward: said.data[i], difference: slope.value };
  });
  const skipped = numbers.length - compared.length;
  const worst = compared.reduce<Comparison | undefined>(
    (most, comparison) => (most !== undefined && errorOf(comparison) <= errorOf(most) ? most : comparison),
    undefined,
  );
  if (worst === undefined) {
    return { checked: 0, skipped, absoluteError: undefined, relativeError: undefined, verdict: 'unknown', worst };
  }
  const absoluteError = errorOf(worst);
  const relativeError = absoluteError / scale;
  const verdict = relativeError <= LIMIT ? 'right' : 'wrong';
  return { checked: compared.length, skipped, absoluteError, relativeError, verdict, worst };
}

/** What is no number could not be further off. */
function errorOf({ backward, difference }: Comparison): number {
  const error = Math.abs(backward - difference);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
