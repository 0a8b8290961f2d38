import { map } from 'rxjs';
import * as z from 'zod';
import { PipelineError, RunError } from '../../core/errors.js';
import { requireInMemory } from '../../core/examples.js';
import type { Examples } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';

/**
 * Imputation: what stands for features that are missing, column by column: the median of the training examples, their mean,
 * their most frequent value, or a number of your own.
 *
 *     examples: --train: [[1], [NaN], [3], [5]]-----test: [[NaN]]--|
 *               impute({ method: median })
 *     examples: --train: [[1], [3], [3], [5]]-------test: [[3]]----|
 *
 * Missing features come from `csv: { missing: keep }` and the like. Only the training examples are measured, so it stands
 * behind the `holdOut` that takes others from them, and before `standardize`. The values are kept in the model: a sample to
 * predict from may have missing numbers, too.
 *
 * Errors: a column without a single value in train. Source: `SimpleImputer` of scikit-learn.
 */
export const impute = stage({
  name: 'impute',
  summary: 'What stands for features that are missing',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    method: z.enum(['median', 'mean', 'mode', 'constant']).default('median').describe('What is put in their place'),
    value: z.number().default(0).describe('The number that method: constant puts there'),
  }),
  example: 'impute: { method: median, value: 0 }',
  build({ method, value }, input) {
    const [columns, ...more] = input.shape;
    if (columns === undefined || more.length > 0) {
      throw new PipelineError('impute is for rows of columns, as of a table; these samples have another shape');
    }
    const fitted = { fill: new Float64Array(columns), isFitted: method === 'constant' };
    if (method === 'constant') fitted.fill.fill(value);
    const { missing: _, ...output } = input;
    return {
      output,
      operator: map((examples: Examples): Examples => {
        requireInMemory('impute', examples, 'fill what is missing beforehand');
        if (examples.split === 'train' && method !== 'constant') {
          fitted.fill.set(measured(examples, columns, measures[method]));
          fitted.isFitted = true;
        }
        if (!fitted.isFitted) throw new RunError('impute got other examples before those of train');
        const features = examples.features.slice();
        for (const [i, feature] of features.entries())
          if (Number.isNaN(feature)) features[i] = fitted.fill[i % columns];
        return { ...examples, features, fill: Array.from(fitted.fill) };
      }),
      state: stateOf(fitted),
    };
  },
});

/** Of numbers in ascending order. */
type Measure = (sorted: Float64Array) => number;

const measures: Readonly<Record<'median' | 'mean' | 'mode', Measure>> = {
  median: (sorted) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2,
  mean: (sorted) => sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
  mode(sorted) {
    let [best, most] = [sorted[0], 0];
    for (let first = 0, end = 0; first < sorted.length; first = end) {
      while (sorted[end] === sorted[first]) end++;
      if (end - first > most) [best, most] = [sorted[first], end - first];
    }
    return best;
  },
};

const measured = ({ features, columns: table }: Examples, columns: number, measure: Measure): number[] =>
  Array.from({ length: columns }, (_, column) => {
    const values = Float64Array.from(
      { length: features.length / columns },
      (_, row) => features[row * columns + column],
    );
    const there = values.filter((value) => !Number.isNaN(value)).sort();
    if (there.length > 0) return measure(there);
    const which = table === undefined ? `column ${column}` : `a column of the table (number ${column} of a sample)`;
    throw new RunError(`impute: ${which} has no value in train at all; leave it out`);
  });
