import { map } from 'rxjs';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { sliceExamples } from '../../core/examples.js';
import { type Examples, splits } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

/**
 * The first examples of a data set: a quick trial on a few, before the whole.
 *
 *     examples: --60,000--10,000--|
 *               takeExamples({ count: 1000 })
 *     examples: --1,000---1,000---|
 *
 * A data set that has fewer passes whole. With `split`, the others pass whole too.
 *
 * Errors: `split: validation` before `holdOut` has made validation examples.
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
    const isOfAll = input.split === undefined;
    const { heldOut = [] } = input;
    if (isOfAll && split === 'validation' && !heldOut.includes(split)) {
      throw new PipelineError(
        'takeExamples finds no validation examples here; put it behind the holdOut that makes them',
      );
    }
    const taken = split === undefined ? splits.filter((one) => one !== 'validation' || heldOut.includes(one)) : [split];
    const left = taken.map((one) => [one, Math.min(count, input.counts?.[one] ?? count)]);
    return {
      output: { ...input, counts: { ...input.counts, ...Object.fromEntries(left) } },
      operator: map((examples: Examples): Examples => {
        const wanted = split === undefined || examples.split === split;
        return wanted ? sliceExamples(examples, 0, count) : examples;
      }),
    };
  },
});
