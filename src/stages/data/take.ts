import { map } from 'rxjs';
import * as z from 'zod';
import type { Examples } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';
import { sizeOf } from '../../core/tensor.js';

/**
 * The first examples of a data set: a quick trial on a few, before the whole.
 *
 *     examples: --60,000--10,000--|
 *               take({ count: 1000 })
 *     examples: --1,000---1,000---|
 *
 * A data set that has fewer passes whole. With `split`, the other one passes whole too.
 */
export const take = stage({
  name: 'take',
  summary: 'The first examples of a data set',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    count: z.int().min(1).describe('How many examples to keep'),
    split: z.enum(['train', 'test']).optional().describe('Only of this split; of both if left out'),
  }),
  example: 'take: { count: 1000, split: train }',
  build: ({ count, split }, input) => ({
    output: input,
    operator: map((examples: Examples): Examples => {
      if (split !== undefined && examples.split !== split) return examples;
      return {
        ...examples,
        features: examples.features.subarray(0, count * sizeOf(examples.shape)),
        labels: examples.labels.subarray(0, count),
      };
    }),
  }),
});
