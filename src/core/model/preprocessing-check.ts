import type { Scaling } from '../kinds.js';
import { scalingProblem } from '../scaling.js';
import { formatShape, type Shape } from '../tensor.js';
import type { ModelDescription } from './description.js';

/**
 * How samples and targets are read has to fit the network: a file with a right sum may still say anything.
 *
 * @param outputs how many numbers the network says of a sample
 * @throws RangeError that names what does not fit.
 */
export function requirePreprocessing(description: ModelDescription, outputs: number): void {
  const { input, scaling, fill, targetScaling, classNames } = description;
  const { shape, classes, targets } = input;
  const columns = shape.at(-1) ?? 1;
  for (const [name, width] of Object.entries({ classes, targets })) {
    if (width !== undefined && width !== outputs) {
      throw new RangeError(`it has ${width} ${name}, but its network says ${outputs} numbers of a sample`);
    }
  }
  if (classes !== undefined && classNames !== undefined && classNames.length !== classes) {
    throw new RangeError(`it names ${classNames.length} classes, but has ${classes}`);
  }
  if (fill !== undefined && fill.length !== columns) {
    throw new RangeError(
      `its fill has ${fill.length} numbers, expected ${columns} for samples of ${formatShape(shape)}`,
    );
  }
  requireScaling('scaling', scaling, shape, description);
  if (targetScaling !== undefined) requireScaling('targetScaling', targetScaling, [outputs], description);
}

function requireScaling(name: string, scaling: Scaling, shape: Shape, { dtype }: ModelDescription): void {
  const problem = scalingProblem(scaling, shape);
  if (problem !== undefined) throw new RangeError(`its ${name} is wrong: ${problem}`);
  const numbers = [scaling.mean, scaling.std].flat();
  const large = dtype === 'float32' ? numbers.find((value) => !Number.isFinite(Math.fround(value))) : undefined;
  if (large !== undefined) throw new RangeError(`its ${name} is wrong: ${large} is too large for ${dtype}`);
  if ([scaling.std].flat().includes(0)) throw new RangeError(`its ${name} is wrong: a std of 0 divides by 0`);
}
