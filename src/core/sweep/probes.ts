/** Points that show what is wrong with a space, before anything is drawn from it: each choice, and the ends of each range. */
import { allParameters, outermost, type Parameter, type Point, parametersIn, pointOf, type Space } from './space.js';

/** Each choice of each parameter, and both ends of each range, at least once. */
export function probePoints(space: Space): readonly Point[] {
  const points = allParameters(outermost(space)).flatMap((parameter) =>
    probesOf(parameter).map((value) => pointOf(space, (other) => towards(parameter, value, other))),
  );
  return [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
}

const probesOf = (parameter: Parameter): readonly number[] =>
  parameter.kind === 'choice' ? [...parameter.options.keys()] : [parameter.low, parameter.high];

/** What another parameter is where this one has a value: the choice in which it stands, or the first that there is. */
function towards(parameter: Parameter, value: number, other: Parameter): number {
  if (other === parameter) return value;
  if (other.kind === 'range') return other.low;
  return Math.max(
    0,
    other.options.findIndex((option) => allParameters(parametersIn(option)).includes(parameter)),
  );
}
