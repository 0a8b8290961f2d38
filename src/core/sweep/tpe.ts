/**
 * Tree-structured Parzen estimator: where have good trials been drawn, and where bad ones? Of some values that are drawn near the
 * good ones, the one is taken where good ones are densest in proportion:
 *
 *     loss  .  x                                      g: density of the others
 *           .    x    x                               l: density of the best tenth
 *           .            o  o    x
 *           +-----------------------> learningRate    taken: the candidate with the largest l(x) / g(x)
 *
 * Each parameter is looked at by itself, in the trials in which it is there: so the tree of choices is gone down.
 *
 * Source: Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter optimization" (2011), section 4.
 */
import type { CounterRandom } from '../random/counter-random.js';
import { compareValues, type Goal, type TrialState } from './history.js';
import { Parzen } from './parzen.js';
import { drawParameter, drawsOf } from './random.js';
import { axisOf, fromAxis, type Range, toAxis } from './range.js';
import { type Choice, type Point, pointOf, type Space } from './space.js';

/** How many trials are drawn at random before there is anything to estimate from. */
export const RANDOM_TRIALS = 10;

/** Which share of the trials are good ones. The paper has 0.15; of few trials, fewer have been seen to lead further. */
const GAMMA = 0.1;

/** How many values are drawn near the good ones. */
const CANDIDATES = 24;

/**
 * The next point. A trial that is still under way, or failed, counts as a bad one: others are to be tried elsewhere.
 *
 * @param draw which trial, and which of the tries for it
 */
export function tpePoint(
  space: Space,
  trials: readonly Pick<TrialState, 'point' | 'value'>[],
  goal: Goal,
  seed: number,
  draw: readonly number[],
): Point {
  const known = trials.filter(({ value }) => Number.isFinite(value)).length;
  const sorted = trials.toSorted((a, b) => compareValues(goal, a.value, b.value)).map(({ point }) => point);
  const goodOnes = Math.max(1, Math.ceil(GAMMA * known));
  const [good, others] = [sorted.slice(0, goodOnes), sorted.slice(goodOnes)];
  return pointOf(space, (parameter) => {
    const random = drawsOf(seed, draw, parameter);
    const seen = (points: readonly Point[]): number[] => points.flatMap((point) => point[parameter.key] ?? []);
    if (known < RANDOM_TRIALS) return drawParameter(parameter, random);
    if (parameter.kind === 'choice') return bestChoice(parameter, seen(good), seen(others), random);
    return bestInRange(parameter, seen(good), seen(others), random);
  });
}

function bestInRange(range: Range, good: readonly number[], others: readonly number[], random: CounterRandom): number {
  const [low, high] = axisOf(range);
  const density = (values: readonly number[]): Parzen =>
    new Parzen(
      values.map((value) => toAxis(range, value)),
      low,
      high,
    );
  const [near, elsewhere] = [density(good), density(others)];
  return fromAxis(
    range,
    best(
      () => near.draw(random),
      (at) => near.logDensity(at) - elsewhere.logDensity(at),
    ),
  );
}

/** By counts, to which each choice adds one of its own: none is ever out of the question. */
function bestChoice(
  { options }: Choice,
  good: readonly number[],
  others: readonly number[],
  random: CounterRandom,
): number {
  const shares = (drawn: readonly number[]): number[] =>
    options.map((_, i) => (1 + drawn.filter((one) => one === i).length) / (options.length + drawn.length));
  const [near, elsewhere] = [shares(good), shares(others)];
  return best(
    () => weighted(near, random),
    (i) => near[i] / elsewhere[i],
  );
}

/** Of several that are drawn, the one with the highest score. */
function best(draw: () => number, score: (candidate: number) => number): number {
  const candidates = Array.from({ length: CANDIDATES }, draw);
  const scores = candidates.map(score);
  return candidates[scores.indexOf(Math.max(...scores))];
}

/** The number of a share, as often as it is large. They add up to 1. */
function weighted(shares: readonly number[], random: CounterRandom): number {
  let left = random.uniform();
  for (const [i, share] of shares.entries()) {
    if (left < share) return i;
    left -= share;
  }
  return shares.length - 1; // by rounding
}
