import { map } from 'rxjs';
import * as z from 'zod';
import { PipelineError, RunError } from '../../core/errors.js';
import { requireInMemory } from '../../core/examples.js';
import type { Examples, Scaling, Spec } from '../../core/kinds.js';
import { scaled, scaledTwice } from '../../core/scaling.js';
import { stage } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';

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
 * rewritten: the scaling is noted, kept in the model, and a batcher applies it.
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
    const fitted: { mean: Float64Array; std: Float64Array } = {
      mean: new Float64Array(groups),
      std: new Float64Array(groups),
    };
    return {
      output: of === 'targets' ? input : { ...input, features: 'floats' }, // no bytes any more, as far as a network sees
      operator: map((examples: Examples): Examples => {
        const { features, scaling, targets, targetScaling = AS_THEY_ARE } = examples;
        if (of === 'features') requireInMemory('standardize', examples, 'give normalize a mean and a std');
        const [numbers, scaledSoFar] =
          of === 'targets' ? ([targets?.data ?? [], targetScaling] as const) : ([features, scaling] as const);
        if (examples.split === 'train') {
          for (let group = 0; group < groups; group++) {
            const { mean, std } = measures[method](valuesOf(numbers, scaledSoFar, group, groups));
            fitted.mean[group] = mean;
            fitted.std[group] = std > 0 ? std : 1;
          }
        }
        if (fitted.std[0] === 0) throw new RunError('standardize got other examples before those of train');
        const both = scaledTwice(scaledSoFar, scalingOf(fitted));
        return { ...examples, ...(of === 'targets' ? { targetScaling: both } : { scaling: both }) };
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

const scalingOf = ({ mean, std }: { readonly mean: Float64Array; readonly std: Float64Array }): Scaling =>
  mean.length === 1 ? { mean: mean[0], std: std[0] } : { mean: Array.from(mean), std: Array.from(std) };

/** Calls back with each value of a column, as it is scaled so far. */
type Values = (see: (value: number) => void) => void;

const valuesOf =
  (numbers: ArrayLike<number>, scaling: Scaling, column: number, columns: number): Values =>
  (see) => {
    for (let i = column; i < numbers.length; i += columns) see(scaled(numbers[i], i, scaling));
  };

interface Measure {
  readonly mean: number;
  readonly std: number;
}

const measures: Readonly<Record<'standard' | 'minMax' | 'robust', (values: Values) => Measure>> = {
  standard(values) {
    const mean = meanOf(values);
    return { mean, std: Math.sqrt(meanOf((see) => values((value) => see((value - mean) ** 2)))) };
  },
  minMax(values) {
    let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    values((value) => {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    });
    return { mean: least, std: largest - least };
  },
  robust(values) {
    const sorted = Float64Array.from(someOf(values)).sort();
    return { mean: quantile(sorted, 0.5), std: quantile(sorted, 0.75) - quantile(sorted, 0.25) };
  },
};

function meanOf(values: Values): number {
  let sum = 0;
  let count = 0;
  values((value) => {
    sum += value;
    count++;
  });
  return sum / count;
}

/** Quantiles are taken of at most so many values, evenly spread over the column: a tenth of a per cent of one is 1,000. */
const ENOUGH = 1_000_000;

function someOf(values: Values): number[] {
  let count = 0;
  values(() => count++);
  const every = Math.ceil(count / ENOUGH);
  const some: number[] = [];
  let i = 0;
  values((value) => {
    if (i++ % every === 0) some.push(value);
  });
  return some;
}

/** Between two values in proportion, as NumPy does by default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
