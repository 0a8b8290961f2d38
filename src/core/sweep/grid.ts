/** Every combination of choices, and of the values of ranges. */
import { gridOf, type Range } from './range.js';
import { allParameters, insideOf, outermost, type Parameter, type Point, type Space } from './space.js';

/** The first range that does not say how many values of it stand in a grid; undefined where all do. */
export const withoutPoints = (space: Space): Range | undefined =>
  allParameters(outermost(space)).find(
    (parameter): parameter is Range => parameter.kind === 'range' && gridOf(parameter) === undefined,
  );

/** How many points a grid has. Every range must say how many of its values there are. */
export const gridSize = (space: Space): number => product(outermost(space));

const product = (parameters: readonly Parameter[]): number =>
  parameters.reduce((size, parameter) => {
    const each = valuesIn(parameter).map((value) => product(insideOf(parameter, value)));
    return size * each.reduce((sum, one) => sum + one, 0);
  }, 1);

/** The points of a grid: the last parameter changes first. Every range must say how many of its values there are. */
export const gridPoints = (space: Space): Iterable<Point> => combinations(outermost(space));

function* combinations([first, ...others]: readonly Parameter[]): Generator<Point> {
  if (first === undefined) {
    yield {};
    return;
  }
  for (const value of valuesIn(first)) {
    for (const rest of combinations([...insideOf(first, value), ...others])) yield { [first.key]: value, ...rest };
  }
}

const valuesIn = (parameter: Parameter): readonly number[] =>
  parameter.kind === 'choice' ? [...parameter.options.keys()] : (gridOf(parameter) ?? []);
