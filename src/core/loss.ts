/** Losses: one number that says how wrong the network's output is, and its gradient. */
import { map } from 'rxjs';
import type { z } from 'zod';
import { PipelineError } from './errors.js';
import type { Kernels } from './kernels.js';
import type { Batch, Step } from './kinds.js';
import { rowBuffer } from './network.js';
import { type StageFactory, stage } from './stage.js';
import { formatShape, sameShape, type Tensor } from './tensor.js';

export interface LossDefinition<Options extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly example: string;
  /** Returns the mean loss of the batch and writes its gradient by x into dx. */
  readonly loss: (kernels: Kernels, options: z.output<Options>) => (dx: Tensor, x: Tensor, t: Tensor) => number;
}

/** Makes a loss stage: a batch becomes a step. */
export const loss = <Options extends z.ZodObject>(
  definition: LossDefinition<Options>,
): StageFactory<'batch', 'step', Options> =>
  stage({
    name: definition.name,
    summary: definition.summary,
    options: definition.options,
    example: definition.example,
    group: 'loss',
    from: 'batch',
    to: 'step',
    build(options, input, { kernels }) {
      const { size, shape, classes } = input;
      if (classes === undefined) {
        throw new PipelineError(`${definition.name} needs targets; put oneHot in data:`);
      }
      if (!sameShape(shape, [classes])) {
        throw new PipelineError(
          `${definition.name} compares the network's output with ${classes} targets a sample, ` +
            `but the output has the shape ${formatShape(shape)}; give the last dense layer units: ${classes}`,
        );
      }
      const judge = definition.loss(kernels, options);
      const gradients = rowBuffer(kernels, size, shape);
      return {
        output: { kind: 'step', size, shape, classes, gradients: false },
        operator: map((batch: Batch): Step => {
          if (batch.t === undefined) throw new PipelineError(`${definition.name} needs targets; put oneHot in data:`);
          const dx = gradients(batch.x.shape[0]);
          return { ...batch, dx, loss: judge(dx, batch.x, batch.t) };
        }),
      };
    },
  });
