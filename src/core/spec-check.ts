/** Whether what a stage declares of its output can be: a plug-in is run without being compared with the types. */
import type { Spec } from './kinds.js';
import { scalingProblem } from './scaling.js';
import { formatShape, isShape } from './tensor.js';
import { describeValue } from './wrong-value.js';

/** What is wrong with it, as a sentence; undefined where nothing is. */
export function specProblem(output: Spec): string | undefined {
  if (output.kind === 'split') return undefined;
  if (output.kind === 'metric')
    return typeof output.name === 'string' ? undefined : wrong('name', output.name, 'a text');
  const { shape, classes, targets } = output;
  if (!isShape(shape)) {
    return `the shape should be sizes, as [28, 28], but is ${Array.isArray(shape) ? formatShape(shape) : describeValue(shape)}`;
  }
  if (classes !== undefined && !isCount(classes)) return wrong('number of classes', classes);
  if (targets !== undefined && !isCount(targets)) return wrong('number of targets', targets);
  if (output.kind !== 'examples') return isCount(output.size) ? undefined : wrong('size', output.size);
  const { counts = {}, labels, scaling } = output;
  for (const [split, count] of Object.entries(counts)) {
    if (count !== undefined && !isCount(count, 0)) return wrong(`count of ${split}`, count, 'a whole number from 0');
  }
  if (labels !== undefined && !isCount(labels?.classes))
    return wrong('number of classes of its labels', labels?.classes);
  return scaling === undefined ? undefined : scalingProblem(scaling, shape);
}

const isCount = (value: unknown, least = 1): boolean => Number.isInteger(value) && Number(value) >= least;

const wrong = (what: string, found: unknown, expected = 'a whole number from 1'): string =>
  `the ${what} should be ${expected}, but is ${describeValue(found)}`;
