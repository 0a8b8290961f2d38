import { map } from 'rxjs';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import type { Examples, Scaling } from '../../core/kinds.js';
import { scaledTwice } from '../../core/scaling.js';
import { stage } from '../../core/stage.js';
import { formatShape, type Shape } from '../../core/tensor.js';

const perColumn = <Value extends z.ZodType<number>>(value: Value) => z.union([value, z.array(value).min(1)]);

/**
 * Normalization: x = feature / divisor, or x = (feature - mean) / std. Bytes from 0 to 255 become numbers around 0 to 1,
 * of a size that the first weights expect.
 *
 *     examples: --[0, 51, 255]---|
 *               normalize({ divisor: 255 })
 *     examples: --[0, 0.2, 1]----|
 *
 * Where columns differ, mean and std may be lists, one number for each along the last axis of a sample: for the features of
 * a row, `mean: [5.8, 3.1]`; for a picture [H, W, 3], one for each colour.
 *
 * The pixels are not rewritten: the scaling is noted, and a batcher applies it to the rows that it reads.
 */
export const normalize = stage({
  name: 'normalize',
  summary: 'x = feature / divisor, or (feature - mean) / std',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    divisor: z.number().positive().optional().describe('Divides every feature: 255 for bytes'),
    mean: perColumn(z.number())
      .optional()
      .describe('Taken off every feature first; a list has one a column; 0 if left out'),
    std: perColumn(z.number().positive())
      .optional()
      .describe('Divides every feature then; a list has one a column; 1 if left out'),
  }),
  example: 'normalize: { divisor: 255 }',
  build({ divisor, mean, std }, input, { kernels: { dtype } }) {
    if (divisor !== undefined && (mean !== undefined || std !== undefined)) {
      throw new PipelineError('normalize takes either a divisor, or mean and std, not both');
    }
    if (divisor === undefined && mean === undefined && std === undefined) {
      throw new PipelineError('normalize needs a divisor, or mean and std');
    }
    for (const [name, values] of Object.entries({ mean, std })) requireOneAColumn(name, values, input.shape);
    const step: Scaling = { mean: mean ?? 0, std: divisor ?? std ?? 1 };
    for (const divides of [step.std].flat()) {
      const factor = dtype === 'float32' ? Math.fround(1 / divides) : 1 / divides;
      if (factor === Number.POSITIVE_INFINITY) {
        throw new PipelineError(`normalize divides by ${divides}, which makes a feature of 1 too large for ${dtype}`);
      }
    }
    return {
      output: { ...input, scaling: scaledTwice(input.scaling ?? { mean: 0, std: 1 }, step) },
      operator: map((examples: Examples): Examples => ({ ...examples, scaling: scaledTwice(examples.scaling, step) })),
    };
  },
});

function requireOneAColumn(name: string, values: Scaling['mean'] | undefined, shape: Shape): void {
  const columns = shape.at(-1) ?? 1;
  if (typeof values !== 'object' || values.length === columns) return;
  throw new PipelineError(
    `normalize has ${values.length} numbers in ${name}, but samples of shape ${formatShape(shape)} have ` +
      `${columns} columns; give one number a column, or one for all`,
  );
}
