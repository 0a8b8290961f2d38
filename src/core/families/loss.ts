/** Losses: one number that says how wrong the network's output is, and its gradient. */
import { map } from 'rxjs';
import * as z from 'zod';
import { requireFunction } from '../built-value.js';
import type { Stage, StageDescription, StageFactory } from '../contract.js';
import { PipelineError, RunError } from '../errors.js';
import { judges } from '../gradient-culprit.js';
import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import { type Batch, type Outputs, requireCurrent, type Spec, type Step } from '../kinds.js';
import {
  culpritOf,
  describeFirst,
  hasLearned,
  lossBecame,
  lossProblem,
  steepnessOf,
  steepProblem,
} from '../not-finite.js';
import { describeGiven, formatShape, sameShape, type Tensor } from '../tensor.js';
import { trustedStage } from '../trusted-stage.js';
import { changeIn } from '../unchanged-input.js';
import { requireClasses } from './requirements.js';
import { type LossFunction, weightedLoss } from './weighted-loss.js';

export interface LossDefinition<Options extends z.ZodObject> extends StageDescription<Options> {
  /** Where the reported loss is not the one that dx is the gradient of: the options with which it is. */
  differentiated?(options: Stage['options']): Stage['options'];
  /** The metric that reports the same number, as a pipeline file writes it: `mean: { of: absoluteError }`. */
  readonly asMetric?: string;
  /** What the network should give; left out where any numbers will do. */
  readonly expects?: Outputs;
  /** What it is for a network that takes each of so many classes for as probable as the others: a run that ends above is told. */
  guessing?(classes: number): number;
  /** Left out where real-valued targets are as good as one-hot ones: regression. */
  readonly needs?: 'classes';
  /** Returns the mean loss of the batch and writes its gradient by x into dx: the mean of a loss of each sample alone. */
  readonly loss: (kernels: Kernels, options: z.output<Options>, input: Spec<'batch'>) => LossFunction;
}

/** Makes a loss stage: a batch becomes a step. */
export const loss = <Options extends z.ZodObject>(
  definition: LossDefinition<Options>,
): StageFactory<'batch', 'step', Options> =>
  trustedStage({
    ...definition,
    family: 'losses',
    from: 'batch',
    to: 'step',
    build(options, input, { kernels, at }) {
      const { size, shape, classes, targets } = input;
      if (definition.needs === 'classes') requireClasses(definition.name, input, 'meanSquaredError');
      const width = classes ?? targets;
      if (width === undefined) throw new PipelineError(withoutTargets(definition.name));
      if (!sameShape(shape, [width])) {
        throw new PipelineError(
          `${definition.name} compares the network's output with ${counted(width)} a sample, ` +
            `but the output has the shape ${formatShape(shape)}; give the last dense layer units: ${width}`,
        );
      }
      const lossFn = requireFunction(
        definition.loss(kernels, options, input),
        definition.name,
        'loss',
        'a function of dx, x and t',
      );
      let weighted: ReturnType<typeof weightedLoss> | undefined;
      const outputs = definition.expects;
      const gradients = rowBuffer(kernels, size, shape);
      let rows = 0;
      let steepness: number | undefined;
      return {
        output: { kind: 'step', size, shape, classes, targets, gradients: false, outputs },
        operator: map((batch: Batch): Step => {
          requireCurrent(batch, at);
          const { split, epoch, step, steps, x, t, labels, weights, targetScaling, tape, lease } = batch;
          if (t === undefined) throw new PipelineError(withoutTargets(definition.name));
          if (targetScaling !== undefined && outputs !== undefined) throw new PipelineError(asTheyAre(definition.name));
          const B = x.shape[0];
          const dx = gradients(B);
          if (weights !== undefined) weighted ??= weightedLoss(lossFn, kernels, input);
          const changed = B === rows ? undefined : changeIn(x, tape.length);
          const loss = weights && weighted ? weighted(dx, x, t, weights) : lossFn(dx, x, t);
          const problem = changed?.('loss');
          if (problem !== undefined) throw new RunError(`${at}: ${problem}`, { placed: true });
          if (!Number.isFinite(loss)) throw notFinite(definition, at, loss, batch, steepness);
          if (B !== rows) {
            requireFinite(at, dx);
            judges.set(dx, at);
            steepness ??= steepnessOf(dx, x, t);
            rows = B;
          }
          return { split, epoch, step, steps, x, t, labels, weights, targetScaling, tape, lease, dx, loss, outputs };
        }),
      };
    },
  });

/** Says which stage, the loss included, was the first to give a number that is not finite. */
function notFinite(
  { expects }: Pick<LossDefinition<z.ZodObject>, 'expects'>,
  at: string,
  loss: unknown,
  batch: Batch,
  steepness = 0,
): RunError {
  const options = { placed: true };
  if (typeof loss !== 'number') {
    return new RunError(`${at}: expected the loss as a number, found ${describeGiven(loss)}`, options);
  }
  const steep = hasLearned(batch.split, batch.step) ? steepProblem(steepness) : undefined;
  if (steep !== undefined) return new RunError(`${at}: ${lossBecame(loss, batch)}: it gave ${steep}`, options);
  const culprit = culpritOf(batch);
  if (culprit !== undefined) {
    return new RunError(`${culprit.at ?? at}: ${lossBecame(loss, batch)}: ${culprit.problem}`, options);
  }
  const { x } = batch;
  const outside = expects === 'probabilities' ? x.data.find((value) => value < 0 || value > 1) : undefined;
  const problem =
    outside === undefined
      ? lossProblem(batch)
      : `it takes probabilities, from 0 to 1, but the network says ${outside}; ` +
        'end the network with softmax, or use softmaxCrossEntropy, which has its own';
  return new RunError(`${at}: ${lossBecame(loss, batch)}: ${problem}`, options);
}

/** @throws RunError when a gradient holds a number that is not finite. */
function requireFinite(at: string, dx: Tensor): void {
  const wrong = describeFirst(dx);
  if (wrong === undefined) return;
  throw new RunError(`${at}: its gradient dx holds ${wrong}, though the loss is finite`, { placed: true });
}

const withoutTargets = (name: string): string =>
  `${name} needs targets; put oneHot in data: for classes, or begin it with a source that has real-valued ones`;

const asTheyAre = (name: string): string =>
  `standardize: { of: targets } is for real numbers, and ${name} takes its targets as they are; leave it out`;

const counted = (width: number): string => (width === 1 ? '1 target' : `${width} targets`);

/** An option of losses that compare probabilities. */
export const labelSmoothing = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe('ε: targets are (1 - ε) t + ε / C, so that the network need not be sure of itself');

/** The targets that are to be compared with: t as it is, or smoothed. */
export function smoothedTargets(
  kernels: Kernels,
  { labelSmoothing }: { readonly labelSmoothing: number },
  { size, shape }: Spec<'batch'>,
): (t: Tensor) => Tensor {
  if (labelSmoothing === 0) return (t) => t;
  const smoothed = rowBuffer(kernels, size, shape);
  return (t) => {
    const out = smoothed(t.shape[0]);
    kernels.smoothTargets(out, t, labelSmoothing);
    return out;
  };
}
