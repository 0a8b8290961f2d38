/** Network stages: a function and its gradient side by side, lifted into an operator on batches. */
import { map, type OperatorFunction } from 'rxjs';
import type { z } from 'zod';
import { requireReturned } from '../built-value.js';
import type { Context, Stage, StageDescription, StageFactory } from '../contract.js';
import { PipelineError, RunError } from '../errors.js';
import { type Formula, kernelsWithNumber, plainKernels } from '../kernels/kernels.js';
import {
  type Batch,
  type Lease,
  type Parameter,
  type Pullback,
  type Running,
  requireCurrent,
  type Spec,
  type Split,
  type TapeEntry,
} from '../kinds.js';
import { culpritOf, describeFirst, steepnessOf } from '../not-finite.js';
import type { OnnxGraph } from '../onnx-rule.js';
import type { PytorchRule } from '../pytorch-rule.js';
import { noOptions } from '../stage.js';
import { type Stateful, stateOf } from '../state.js';
import {
  describeGiven,
  describeTensor,
  firstDifference,
  formatShape,
  isShape,
  isTensorOf,
  type Shape,
  sizeOf,
  type Tensor,
} from '../tensor.js';
import { trustedStage } from '../trusted-stage.js';
import { changedGradient, changeIn } from '../unchanged-input.js';
import { describeValue } from '../wrong-value.js';
import { bufferedLayer } from './buffered-layer.js';
import { requireDone } from './require-done.js';

/** A differentiable function with its parameters. */
export interface Layer {
  /** The shape of one row of its output. */
  readonly output: Shape;
  readonly parameters?: readonly Parameter[];
  /** What it keeps up to date in training, and goes by in tests: remembered as parameters are. */
  readonly running?: readonly Running[];
  /** What else it must remember from batch to batch: see `stateOf`. */
  readonly state?: Stateful;
  /**
   * From the input [B, ...] to the output and the way back. Both may be overwritten by the next call. A layer that does
   * something in training alone looks at the split: `train`, or `validation` or `test`; predictions count as `test`.
   */
  readonly forward: (x: Tensor, split: Split) => readonly [out: Tensor, pullback: Pullback];
}

/** What the author of a network stage writes: a stage that goes from batch to batch, with a layer instead of an operator. */
export interface NetworkStageDefinition<Options extends z.ZodObject> extends StageDescription<Options> {
  /** Default layers. */
  readonly family?: 'layers' | 'activations';
  /** Numbers from 0 to 1, or any real ones: `lint` asks whether the loss expects them. */
  readonly gives?: 'probabilities' | 'logits';
  /** Whether all first weights are 0, given the options. */
  beginsAtZero?(options: Stage['options']): boolean;
  /** Whether, in training, what it gives of a sample depends on the others of its batch: alone, little is left of one. */
  readonly comparesSamples?: boolean;
  /** What an activation does to each number alone, given its options: `explain` draws it. */
  formula?(options: Stage['options']): Formula;
  /**
   * Appends what the stage does to `x` when it predicts to a graph of ONNX, and returns the name of what comes out; without
   * it, a network with the stage can be exported neither as ONNX nor as JavaScript.
   */
  onnx?(graph: OnnxGraph, x: string, options: z.output<Options>): string;
  /** What its tensors are called in PyTorch, and how they lie there; without, they are carried as they are. */
  readonly pytorch?: PytorchRule;
  /** Checks the shapes, allocates, draws the first weights. */
  build(options: z.output<Options>, input: Spec<'batch'>, context: Context): Layer;
}

/** Makes a network stage of a layer. */
export const networkStage = <Options extends z.ZodObject>(
  definition: NetworkStageDefinition<Options>,
): StageFactory<'batch', 'batch', Options> =>
  trustedStage({
    ...definition,
    family: definition.family ?? 'layers',
    from: 'batch',
    to: 'batch',
    build(options, input, context) {
      const layer = requireLayer(definition.build(options, input, context), definition.name);
      const { output: shape, parameters = [], running = [] } = layer;
      const state = remembered(layer);
      const operator = lift(layer, context.at);
      return { output: { ...input, shape }, operator, parameters, running, ...(state && { state }) };
    },
  });

/** What a layer keeps running, and what else it must remember. */
function remembered({ running, state }: Layer): Stateful | undefined {
  if (running === undefined) return state;
  const kept = stateOf(Object.fromEntries(running.map(({ name, value }) => [name, value])));
  if (state === undefined) return kept;
  return {
    state: () => ({ ...kept.state(), ...state.state() }),
    restore(saved) {
      kept.restore(saved);
      state.restore(saved);
    },
  };
}

/** @throws PipelineError when it is no layer: a promise, nothing, without a shape or a `forward`. */
function requireLayer(returned: Layer, name: string): Layer {
  const layer = requireReturned(returned, name, 'a layer, as { output, forward }');
  const { output, forward } = layer;
  if (!isShape(output)) {
    const found = Array.isArray(output) ? formatShape(output) : describeValue(output);
    throw new PipelineError(`${name}: the output of its layer should be a shape, as [50], but is ${found}`);
  }
  if (typeof forward !== 'function') {
    throw new PipelineError(`${name}: the forward of its layer should be a function, but is ${describeValue(forward)}`);
  }
  for (const { name: parameter, value, gradient } of layer.parameters ?? []) {
    if (isTensorOf(value.shape, value) && isTensorOf(value.shape, gradient)) continue;
    const shapes = `${describeTensor(value)}, its gradient ${describeTensor(gradient)}`;
    throw new PipelineError(`${name}: its parameter ${parameter} is ${shapes}; both must be whole, and of one shape`);
  }
  return layer;
}

/**
 * Replaces `x` by the layer's output, and puts the way back on the tape. What the layer gives is compared with what it
 * declared, and looked at for NaN, whenever it is another tensor than the last one, of another split, or for another number
 * of rows: for most layers, that is on the first batch of a split and on a short last one.
 */
export function lift({ forward, output, parameters = [] }: Layer, at: string): OperatorFunction<Batch, Batch> {
  let known: Tensor | undefined;
  let seen: Split | undefined;
  let rows = 0;
  let rowsBack = 0;
  let steepness: number | undefined;
  let lent: Lease | undefined;

  const fail: (problem: string) => never = (problem) => {
    throw new RunError(`${at}: ${problem}`, { placed: true });
  };

  const requireOutput = (out: Tensor, pullback: Pullback, B: number): void => {
    if (!isTensorOf([B, ...output], out)) {
      const wanted = formatShape([B, ...output]);
      fail(
        `declared the output ${formatShape(output)}, so ${wanted} for ${B} samples, but gave ${describeTensor(out)}`,
      );
    }
    if (typeof pullback !== 'function') fail(`expected a function as the way back, found ${describeGiven(pullback)}`);
    known = out;
    rows = B;
  };

  /** What the layer was given may be at fault, or its weights: the first that is not finite is named. */
  const failAsNotFinite = (batch: Batch): never => {
    const { split, epoch, step, t, labels } = batch;
    const { at: place = at, problem } = culpritOf(batch) ?? { problem: 'its output is not finite' };
    const when = t || labels ? `${split}, epoch ${epoch}, step ${step}: ` : ''; // a prediction has no epoch
    throw new RunError(`${place}: ${when}${problem}`, { placed: true });
  };

  const requireGradient = (dx: Tensor | undefined, { shape }: Tensor): void => {
    const [B] = shape;
    if (dx === undefined || !isTensorOf(dx.shape, dx) || dx.shape[0] !== B || sizeOf(dx.shape) !== sizeOf(shape)) {
      const found = dx === undefined ? 'no gradient for the input' : `${describeTensor(dx)} for the input`;
      fail(`its pullback gave ${found}, expected ${formatShape(shape)}, the shape of what the stage was given`);
    }
    const wrong = describeFirst(dx);
    if (wrong !== undefined) fail(`its pullback gave a gradient of ${wrong}`);
  };

  /** The pullback for a number of rows that it has not been seen with. */
  const watched =
    (pullback: Pullback, x: Tensor, out: Tensor, layersBefore: number): Pullback =>
    (dout, needed) => {
      const changed = changeIn(x, layersBefore);
      const douts = dout.data.slice();
      const dx = pullback(dout, needed);
      const problem = changed('pullback');
      if (problem !== undefined) fail(problem);
      if (firstDifference(dout.data, douts) !== -1) fail(changedGradient);
      requireDone(dx, at, 'pullback');
      if (needed) requireGradient(dx, x);
      if (dx !== undefined) steepness ??= steepnessOf(dx, dout, x, out, ...parameters.map(({ value }) => value));
      rowsBack = x.shape[0];
      return dx;
    };

  return map((batch) => {
    requireCurrent(batch, at);
    const { split, epoch, step, steps, x, t, labels, weights, targetScaling, tape } = batch;
    const B = x.shape[0];
    const changed = split === seen ? undefined : changeIn(x, tape.length);
    const given = forward(x, split);
    const problem = changed?.('forward');
    if (problem !== undefined) fail(problem);
    if (!Array.isArray(given)) fail(`expected forward to return [out, pullback], found ${describeGiven(given)}`);
    const [out, pullback] = given;
    const isNew = out !== known || B !== rows || split !== seen;
    if (isNew) requireOutput(out, pullback, B);
    const back = B === rowsBack ? pullback : watched(pullback, x, out, tape.length);
    const entry: TapeEntry = { pullback: back, parameters, input: x, at, steepness };
    if (isNew) {
      seen = split;
      // an activation behind may make finite numbers of NaN, so that no loss would tell
      if (out !== x && describeFirst(out) !== undefined && describeFirst(x) === undefined)
        failAsNotFinite({ ...batch, x: out, tape: [...tape, entry] });
    }
    let { lease } = batch;
    if (lease === undefined) {
      // no batcher lends these numbers, so the first layer does: its output lasts until its next call
      if (lent !== undefined) lent.over = true;
      lease = lent = { over: false };
    }
    // field by field: to spread the batch would take a microsecond, and there is one a layer
    return { split, epoch, step, steps, x: out, t, labels, weights, targetScaling, tape: [...tape, entry], lease };
  });
}

/** What the author of an activation writes: a function of one number and its derivative. */
export interface ActivationDefinition<Options extends z.ZodObject>
  extends Omit<StageDescription<Options>, 'options' | 'example'> {
  readonly options?: Options;
  /** Defaults to the name: the list item of an activation without options. */
  readonly example?: string;
  /** The function and its derivative, given the options. */
  readonly formula: (options: z.output<Options>) => Formula;
  /** The same in ONNX: `(graph, x) => graph.add('Relu', x)`. Without it, a network with it cannot be exported. */
  readonly onnx?: (graph: OnnxGraph, x: string, options: z.output<Options>) => string;
}

/** Makes a network stage of a formula that is applied to each number alone: dx = dout f'(x). */
export const activation = <Options extends z.ZodObject = typeof noOptions>({
  options = noOptions as unknown as Options,
  formula,
  ...description
}: ActivationDefinition<Options>): StageFactory<'batch', 'batch', Options> =>
  networkStage({
    example: description.name,
    ...description,
    family: 'activations',
    options,
    formula,
    build(given, { size, shape }, { kernels }) {
      const used = checkedFormula(formula(given), description.name);
      requireNumbers(description.name, used);
      return bufferedLayer(kernels, size, shape, shape, kernels.elementwise(used));
    },
  });

/** @throws PipelineError for a formula whose parts are not what they should be: no back end would know what to do. */
function checkedFormula(given: Formula, name: string): Formula {
  const formula = requireReturned(given, name, 'a formula, as { value, derivative }');
  const { value, derivative, kernel } = formula;
  for (const [part, found] of Object.entries({ value, derivative })) {
    if (typeof found === 'function') continue;
    const hint = part === 'derivative' && 'slope' in formula ? '; slope is called derivative now' : '';
    throw new PipelineError(
      `${name}: the ${part} of its formula should be a function, but is ${describeValue(found)}${hint}`,
    );
  }
  if (kernel === undefined || isOneOf(plainKernels, kernel)) return formula;
  if (Array.isArray(kernel) && isOneOf(kernelsWithNumber, kernel[0]) && typeof kernel[1] === 'number') return formula;
  const known = [...plainKernels, ...kernelsWithNumber.map((one) => `[${one}, NUMBER]`)].join(', ');
  throw new PipelineError(
    `${name}: the kernel of its formula should be one of ${known}, but is ${describeValue(kernel)}`,
  );
}

const isOneOf = (names: readonly string[], value: unknown): boolean => names.some((name) => name === value);

/** @throws PipelineError when a formula gives something else than numbers, such as a promise. */
function requireNumbers(name: string, { value, derivative }: Formula): void {
  const y = value(1);
  for (const [what, found] of Object.entries({ value: y, derivative: derivative(1, y) })) {
    if (typeof found === 'number') continue;
    throw new PipelineError(`${name}: expected a number as ${what} of 1, found ${describeGiven(found)}`);
  }
}
