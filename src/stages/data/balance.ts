import { map } from 'rxjs';
import * as z from 'zod';
import { RunError } from '../../core/errors.js';
import { pickExamples } from '../../core/examples.js';
import { requireLabels, rowsByClass } from '../../core/families/examples-of-classes.js';
import type { Examples } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

/**
 * Balance: as many training examples of each class. `over` repeats some of the rare classes, drawn at random, until each has
 * as many as the most frequent one; `under` leaves some of the frequent ones out.
 *
 *     examples: --labels: [0, 0, 0, 1]----------------|
 *               balance({ method: 'over' })
 *     examples: --labels: [0, 0, 0, 1, 1, 1]----------|
 *
 * What is repeated comes behind the others, so shuffle the batches. `classWeights` has much the same effect on the loss, and
 * copies nothing.
 *
 * It stands behind `holdOut`, which refuses repeated samples: none must be in the test, too. Source: imbalanced-learn's
 * `RandomOverSampler` and `RandomUnderSampler`.
 */
export const balance = stage({
  name: 'balance',
  summary: 'As many training examples of each class',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    method: z.enum(['over', 'under']).default('over').describe('Repeat some of the rare classes, or leave others out'),
  }),
  example: 'balance: { method: over }',
  build({ method }, input, { random }) {
    requireLabels('balance', input);
    const { train: _, ...counts } = input.counts ?? {};
    return {
      output: { ...input, ...(method === 'over' ? { counts, repeated: true } : {}) },
      operator: map((examples: Examples): Examples => {
        if (examples.split !== 'train') return examples;
        if (examples.labels === undefined) throw new RunError('balance found examples without labels');
        const classes = [...rowsByClass(examples.labels).values()];
        const sizes = classes.map((rows) => rows.length);
        const drawn = (rows: readonly number[], count: number) => Array.from(random.choice(rows.length, count));
        const most = Math.max(...sizes);
        const least = Math.min(...sizes);
        const rows =
          method === 'over'
            ? [
                ...Array.from(examples.labels, (_, row) => row),
                ...classes.flatMap((rows) => drawn(rows, most - rows.length).map((i) => rows[i])),
              ]
            : classes
                .flatMap((rows) => Array.from(random.permutation(rows.length).subarray(0, least), (i) => rows[i]))
                .sort((a, b) => a - b);
        return pickExamples(examples, rows);
      }),
    };
  },
});
