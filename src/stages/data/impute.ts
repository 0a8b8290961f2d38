import { concatMap, map, type Observable, of } from 'rxjs';
import * as z from 'zod';
import { PipelineError, RunError } from '../../core/errors.js';
import { exampleCount } from '../../core/examples.js';
import { means, measuredFeatures, type Passes, sortedColumns } from '../../core/families/column-passes.js';
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
      operator: concatMap((examples: Examples): Observable<Examples> => {
        const measure = method === 'constant' || examples.split !== 'train' ? undefined : measures[method];
        if (measure === undefined && !fitted.isFitted)
          throw new RunError('impute got other examples before those of train');
        const passes = measure?.(columns, exampleCount(examples));
        return (passes ? measuredFeatures(examples, columns, passes, { mayMiss: true }) : of(fitted.fill)).pipe(
          map((fill) => {
            requireValues(fill, examples);
            fitted.fill.set(fill);
            fitted.isFitted = true;
            return filled(examples, Array.from(fitted.fill));
          }),
        );
      }),
      state: stateOf(fitted),
    };
  },
});

function filled({ features, stream, ...examples }: Examples, fill: readonly number[]): Examples {
  if (stream !== undefined) return { ...examples, features, stream: { ...stream, fill }, fill };
  const whole = features.slice();
  for (const [i, feature] of whole.entries()) if (Number.isNaN(feature)) whole[i] = fill[i % fill.length];
  return { ...examples, features: whole, fill };
}

/** Of more values in a column, so many are sorted, evenly spread over it. */
const MOST = 2 ** 24;

/** By how many columns there are, and how many values each has: what stands for one that is missing; NaN where all are. */
type Measure = (columns: number, count: number) => Passes<ArrayLike<number>>;

const measures: Readonly<Record<'median' | 'mean' | 'mode', Measure>> = {
  median: (columns, count) =>
    sortedColumns(
      columns,
      count,
      MOST,
      (sorted) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2,
    ),
  mean: (columns) => means(columns),
  mode: (columns, count) => sortedColumns(columns, count, MOST, modeOf),
};

function modeOf(sorted: Float64Array): number {
  let [best, most] = [sorted[0], 0];
  for (let first = 0, end = 0; first < sorted.length; first = end) {
    while (sorted[end] === sorted[first]) end++;
    if (end - first > most) [best, most] = [sorted[first], end - first];
  }
  return best;
}

function requireValues(fill: ArrayLike<number>, { columns: table }: Examples): void {
  const column = Array.from(fill).findIndex((value) => Number.isNaN(value));
  if (column === -1) return;
  const which = table === undefined ? `column ${column}` : `a column of the table (number ${column} of a sample)`;
  throw new RunError(`impute: ${which} has no value in train at all; leave it out`);
}
