/** Reading features by a scaling, whether it is one number or one a column. */
import type { Scaling } from './kinds.js';
import { formatShape, type Shape } from './tensor.js';
import { describeValue } from './wrong-value.js';

/** What a scaling says of the i-th number of a sample, or of a whole data set. */
const columnOf = (value: number | readonly number[], i: number): number =>
  typeof value === 'number' ? value : value[i % value.length];

/** (feature - mean) / std, for the i-th feature. */
export const scaled = (feature: number, i: number, { mean, std }: Scaling): number =>
  (feature - columnOf(mean, i)) / columnOf(std, i);

/** And back: value std + mean. */
export const unscaled = (value: number, i: number, { mean, std }: Scaling): number =>
  value * columnOf(std, i) + columnOf(mean, i);

/** Two scalings, one after the other, as one: ((f - m) / s - mean) / std = (f - (m + mean s)) / (s std). */
export const scaledTwice = (first: Scaling, next: Scaling): Scaling => ({
  mean: eachColumn((m, mean, s) => m + mean * s, first.mean, next.mean, first.std),
  std: eachColumn((s, std) => s * std, first.std, next.std),
});

/** f of numbers, or of lists column by column; a number counts for every column. */
function eachColumn(
  f: (...values: readonly number[]) => number,
  ...values: readonly Scaling['mean'][]
): Scaling['mean'] {
  const list = values.find((value) => typeof value === 'object');
  const at = (i: number) => f(...values.map((value) => columnOf(value, i)));
  return typeof list === 'object' ? list.map((_, i) => at(i)) : at(0);
}

/** What is wrong with how features are scaled, as a sentence; undefined where nothing is. */
export function scalingProblem(scaling: unknown, shape: Shape): string | undefined {
  if (typeof scaling !== 'object' || scaling === null) {
    return `the scaling should be { mean, std }, but is ${describeValue(scaling)}`;
  }
  const columns = shape.at(-1) ?? 1;
  for (const part of ['mean', 'std']) {
    const value: unknown = Reflect.get(scaling, part);
    const expected = `a number, or a list of ${columns} for samples of ${formatShape(shape)}`;
    if (!Array.isArray(value)) {
      if (Number.isFinite(value)) continue;
      return `the ${part} of the scaling should be ${expected}, but is ${describeValue(value)}`;
    }
    if (value.length !== columns) {
      return `the ${part} of the scaling should be ${expected}, but is a list of ${value.length}`;
    }
    const wrong = value.findIndex((one) => !Number.isFinite(one));
    if (wrong !== -1) {
      return `the ${part} of the scaling should be ${expected}, but holds ${describeValue(value[wrong])} for column ${wrong}`;
    }
  }
  return undefined;
}
