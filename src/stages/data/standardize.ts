import { concatMap, of as just, map, type Observable } from 'rxjs';
import * as z from 'zod';
import { PipelineError, RunError } from '../../core/errors.js';
import { exampleCount } from '../../core/examples.js';
import {
  means,
  measuredFeatures,
  measuredNumbers,
  type Passes,
  sortedColumns,
} from '../../core/families/column-passes.js';
import type { Examples, Scaling, Spec } from '../../core/kinds.js';
import { scaled, scaledTwice } from '../../core/scaling.js';
import { stage } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';
import { sizeOf } from '../../core/tensor.js';

/**
 * Standardization: x = (feature - mean) / std, with the mean and the standard deviation of the training examples. Columns of
 * different size, a weight in grams beside a length in metres, become comparable, and a network learns from all of them.
 *
 *     examples: --train: [[1, 10], [3, 30]]-----test: [[2, 50]]--|
 *               standardize()
 *     examples: --train: [[-1, -1], [1, 1]]-----test: [[0, 3]]---|
 *
 * `minMax` makes 0 of a column's least value and 1 of its largest; `robust` takes the median off and divides by the distance
 * between the quartiles, which a few extreme values do not move. A column that is the same everywhere becomes 0.
 *
 * Rows of a table are measured column by column, pictures [H, W, C] channel by channel, others [H, W] as a whole. Only the
 * training examples are measured, so it stands behind the `holdOut` that takes others from them. The numbers are not
 * rewritten: the scaling is noted, kept in the model, and a batcher applies it. Examples that are streamed are read once or
 * twice for it, before the first epoch.
 *
 * `of: targets` does the same to real-valued targets: prices in thousands become numbers around 0, which a network learns
 * faster. The loss is then that of the scaled numbers; metrics and predictions are in the target's own units.
 *
 * Source: `StandardScaler`, `MinMaxScaler` and `RobustScaler` of scikit-learn.
 */
export const standardize = stage({
  name: 'standardize',
  summary: 'x = (feature - mean) / std of the training examples',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    method: z
      .enum(['standard', 'minMax', 'robust'])
      .default('standard')
      .describe('Mean and standard deviation; least and largest value; median and quartiles'),
    of: z.enum(['features', 'targets']).default('features').describe('What is scaled'),
  }),
  example: 'standardize: { method: standard, of: features }',
  build({ method, of }, input) {
    if (input.missing) throw new PipelineError('some features may be missing; put impute before standardize');
    const groups = of === 'targets' ? targetsOf(input) : columnsOf(input);
    /** A std of 0 stands for what is not measured yet. */
    const fitted: Fitted = {
      mean: new Float64Array(groups),
      std: new Float64Array(groups),
    };
    return {
      output: of === 'targets' ? input : { ...input, features: 'floats' }, // no bytes any more, as far as a network sees
      operator: concatMap((examples: Examples): Observable<Examples> => {
        const { split, targets, scaling, targetScaling = AS_THEY_ARE } = examples;
        const scaledSoFar = of === 'targets' ? targetScaling : scaling;
        const valueAt = (number: number, i: number) => scaled(number, i, scaledSoFar);
        const measure = (numbers: number) => measures[method](groups, numbers / groups);
        const measured = (): Observable<Fitted> => {
          if (of === 'features') {
            const count = exampleCount(examples) * sizeOf(examples.shape);
            return measuredFeatures(examples, groups, measure(count), { valueAt });
          }
          const { data = [] } = targets ?? {};
          return just(measuredNumbers(data, groups, measure(data.length), valueAt));
        };
        return (split === 'train' ? measured() : just(fitted)).pipe(
          map(({ mean, std }) => {
            fitted.mean.set(mean);
            fitted.std.set(split === 'train' ? std.map((one) => (one > 0 ? one : 1)) : std);
            if (fitted.std[0] === 0) throw new RunError('standardize got other examples before those of train');
            const both = scaledTwice(scaledSoFar, scalingOf(fitted));
            return { ...examples, ...(of === 'targets' ? { targetScaling: both } : { scaling: both }) };
          }),
        );
      }),
      state: stateOf(fitted),
    };
  },
});

const AS_THEY_ARE: Scaling = { mean: 0, std: 1 };

/** How many columns are measured, each for itself. */
const columnsOf = ({ shape }: Spec<'examples'>): number => (shape.length === 2 ? 1 : (shape.at(-1) ?? 1));

function targetsOf({ targets }: Spec<'examples'>): number {
  if (targets !== undefined) return targets;
  throw new PipelineError('standardize: { of: targets } is for real-valued targets, and these examples have none');
}

const scalingOf = ({ mean, std }: Fitted): Scaling =>
  mean.length === 1 ? { mean: mean[0], std: std[0] } : { mean: Array.from(mean), std: Array.from(std) };

/** A number each column. */
type Fitted = Readonly<Record<'mean' | 'std', Float64Array>>;

/** Quantiles are taken of at most so many values, evenly spread over the column: a tenth of a per cent of one is 1,000. */
const ENOUGH = 1_000_000;

/** By how many columns there are, and how many values each has. */
const measures: Readonly<Record<'standard' | 'minMax' | 'robust', (columns: number, count: number) => Passes<Fitted>>> =
  {
    *standard(columns) {
      const mean = yield* means(columns);
      const variance = yield* means(columns, (value, column) => (value - mean[column]) ** 2);
      return { mean, std: variance.map(Math.sqrt) };
    },
    *minMax(columns) {
      const least = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
      const largest = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY);
      yield (value, column) => {
        least[column] = Math.min(least[column], value);
        largest[column] = Math.max(largest[column], value);
      };
      return { mean: least, std: largest.map((most, column) => most - least[column]) };
    },
    *robust(columns, count) {
      const quartiles = yield* sortedColumns(columns, count, ENOUGH, (sorted) =>
        [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)),
      );
      const mean = Float64Array.from(quartiles, ([, median]) => median);
      return { mean, std: Float64Array.from(quartiles, ([lower, , upper]) => upper - lower) };
    },
  };

/** Between two values in proportion, as NumPy does by default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
