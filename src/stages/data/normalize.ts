import { map } from 'rxjs';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import type { Examples } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

/**
 * Normalization: x = feature / divisor, or x = (feature - mean) / std. Bytes from 0 to 255 become numbers around 0 to 1,
 * of a size that the first weights expect.
 *
 *     examples: --[0, 51, 255]---|
 *               normalize({ divisor: 255 })
 *     examples: --[0, 0.2, 1]----|
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
    mean: z.number().optional().describe('Taken off every feature first; 0 if left out'),
    std: z.number().positive().optional().describe('Divides every feature then; 1 if left out'),
  }),
  example: 'normalize: { divisor: 255 }',
  build({ divisor, mean, std }, input) {
    if (divisor !== undefined && (mean !== undefined || std !== undefined)) {
      throw new PipelineError('normalize takes either a divisor, or mean and std, not both');
    }
    if (divisor === undefined && mean === undefined && std === undefined) {
      throw new PipelineError('normalize needs a divisor, or mean and std');
    }
    const step = { mean: mean ?? 0, std: divisor ?? std ?? 1 };
    return {
      output: input,
      // ((f - m) / s - mean) / std, written as one scaling of f
      operator: map(
        (examples: Examples): Examples => ({
          ...examples,
          scaling: {
            mean: examples.scaling.mean + step.mean * examples.scaling.std,
            std: examples.scaling.std * step.std,
          },
        }),
      ),
    };
  },
});
