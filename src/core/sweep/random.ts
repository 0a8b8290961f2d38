/** Points that are drawn, each parameter by itself: evenly on its scale, or each choice as likely as the others. */
import { CounterRandom, keyOf } from '../random/counter-random.js';
import { axisOf, fromAxis } from './range.js';
import { type Parameter, type Point, pointOf, type Space } from './space.js';

/**
 * The draws of one parameter in one trial. They depend on nothing else: with one parameter more, the others are drawn as before.
 *
 * @param draw which trial, and which of the tries for it
 */
export const drawsOf = (seed: number, draw: readonly number[], { key }: Parameter): CounterRandom =>
  new CounterRandom(keyOf(seed, ...draw, ...Array.from(key, (sign) => sign.codePointAt(0) ?? 0)));

/** The point of a draw. */
export const randomPoint = (space: Space, seed: number, draw: readonly number[]): Point =>
  pointOf(space, (parameter) => drawParameter(parameter, drawsOf(seed, draw, parameter)));

/** One value of a parameter, or which of the choices. */
export function drawParameter(parameter: Parameter, random: CounterRandom): number {
  if (parameter.kind === 'choice') return random.below(parameter.options.length);
  return fromAxis(parameter, random.between(...axisOf(parameter)));
}
