import { map } from 'rxjs';
import * as z from 'zod';
import { sliceExamples } from '../../core/examples.js';
import type { Examples } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

/**
 * The first examples of a data set: a quick trial on a few, before the whole.
 *
 *     examples: --60,000--10,000--|
 *               takeExamples({ count: 1000 })
 *     examples: --1,000---1,000---|
 *
 * A data set that has fewer passes whole. With `split`, the others pass whole too.
 */
export const takeExamples = stage({
  name: 'takeExamples',
  formerly: 'take',
  summary: 'The first examples of a data set',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    count: z.int().min(1).describe('How many examples to keep'),
    split: z.enum(['train', 'validation', 'test']).optional().describe('Only of this split; of each if left out'),
  }),
  example: 'takeExamples: { count: 1000, split: train }',
  build({ count, split }, input) {
    const ofTrain = split === undefined || split === 'train';
    return {
      output: ofTrain ? { ...input, trainCount: Math.min(count, input.trainCount ?? count) } : input,
      operator: map((examples: Examples): Examples => {
        const wanted = split === undefined || examples.split === split;
        return wanted ? sliceExamples(examples, 0, count) : examples;
      }),
    };
  },
});
