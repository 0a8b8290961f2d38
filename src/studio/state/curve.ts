/** A curve of as many points as a page can show, however many were measured: where there are too many, each is the mean of more. */

export interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** How many numbers a point is the mean of. */
  readonly each: number;
  /** What was measured since the last point. */
  readonly rest: readonly number[];
}

export const emptyCurve: Curve = { steps: [], values: [], each: 1, rest: [] };

const MOST = 1000;

/** @param last the step of the last value */
export function grown(curve: Curve, values: ArrayLike<number>, last: number): Curve {
  let { each } = curve;
  let steps = [...curve.steps];
  let means = [...curve.values];
  let rest = [...curve.rest];
  const first = last - values.length + 1;
  for (let i = 0; i < values.length; i++) {
    rest.push(values[i]);
    if (rest.length < each) continue;
    steps.push(first + i);
    means.push(mean(rest));
    rest = [];
    if (steps.length <= MOST) continue;
    steps = steps.filter((_, at) => at % 2 === 1);
    means = pairs(means);
    each *= 2;
  }
  return { steps, values: means, each, rest };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const pairs = (values: readonly number[]): number[] =>
  Array.from({ length: Math.floor(values.length / 2) }, (_, i) => mean([values[2 * i], values[2 * i + 1]]));
