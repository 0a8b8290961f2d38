/** Points that show what is wrong with a space, before anything is drawn from it: each choice, and the ends of each range, and what is between. */
import { axisOf, fromAxis } from './range.js';
import { allParameters, outermost, type Parameter, type Point, parametersIn, pointOf, type Space } from './space.js';

/** Each choice of each parameter, both ends of each range, and a number between that is no whole one where there are others, at least once. */
export function probePoints(space: Space): readonly Point[] {
  const points = allParameters(outermost(space)).flatMap((parameter) =>
    probesOf(parameter).map((value) => pointOf(space, (other) => towards(parameter, value, other))),
  );
  return [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
}

function probesOf(parameter: Parameter): readonly number[] {
  if (parameter.kind === 'choice') return [...parameter.options.keys()];
  const { low, high, isWhole } = parameter;
  const [from, to] = axisOf(parameter);
  return isWhole ? [low, high] : [low, high, fromAxis(parameter, from + (to - from) * BETWEEN)];
}

/** Of 4 to 8, the middle is a whole number; this is none. */
const BETWEEN = 0.382;

/** What another parameter is where this one has a value: the choice in which it stands, or the first that there is. */
function towards(parameter: Parameter, value: number, other: Parameter): number {
  if (other === parameter) return value;
  if (other.kind === 'range') return other.low;
  return Math.max(
    0,
    other.options.findIndex((option) => allParameters(parametersIn(option)).includes(parameter)),
  );
}
