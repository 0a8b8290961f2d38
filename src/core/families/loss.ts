/** Losses: one number that says how wrong the network's output is, and its gradient. */
import { map } from 'rxjs';
import * as z from 'zod';
import type { Stage, StageDescription, StageFactory } from '../contract.js';
import { PipelineError } from '../errors.js';
import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Batch, Spec, Step } from '../kinds.js';
import { stage } from '../stage.js';
import { formatShape, sameShape, type Tensor } from '../tensor.js';
import { requireClasses } from './require-classes.js';

export interface LossDefinition<Options extends z.ZodObject> extends StageDescription<Options> {
  /** Where the reported loss is not the one that dx is the gradient of: the options with which it is. */
  differentiated?(options: Stage['options']): Stage['options'];
  /** What the network should give; left out where any numbers will do. */
  readonly expects?: 'probabilities' | 'logits';
  /** Left out where real-valued targets are as good as one-hot ones: regression. */
  readonly needs?: 'classes';
  /** Returns the mean loss of the batch and writes its gradient by x into dx. */
  readonly loss: (
    kernels: Kernels,
    options: z.output<Options>,
    input: Spec<'batch'>,
  ) => (dx: Tensor, x: Tensor, t: Tensor) => number;
}

/** Makes a loss stage: a batch becomes a step. */
export const loss = <Options extends z.ZodObject>(
  definition: LossDefinition<Options>,
): StageFactory<'batch', 'step', Options> =>
  stage({
    ...definition,
    family: 'losses',
    from: 'batch',
    to: 'step',
    build(options, input, { kernels }) {
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
      const lossFn = definition.loss(kernels, options, input);
      const gradients = rowBuffer(kernels, size, shape);
      return {
        output: { kind: 'step', size, shape, classes, targets, gradients: false },
        operator: map(({ split, epoch, step, steps, x, t, labels, tape }: Batch): Step => {
          if (t === undefined) throw new PipelineError(withoutTargets(definition.name));
          const dx = gradients(x.shape[0]);
          return { split, epoch, step, steps, x, t, labels, tape, dx, loss: lossFn(dx, x, t) };
        }),
      };
    },
  });

const withoutTargets = (name: string): string =>
  `${name} needs targets; put oneHot in data: for classes, or begin it with a source that has real-valued ones`;

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
