/** Whether examples are whole, and numbers: asked of every stage that gives some, once a split, before training. */
import { DataError, RunError } from './errors.js';
import { exampleCount } from './examples.js';
import { type Examples, type Spec, splits } from './kinds.js';
import { scaled, scalingProblem } from './scaling.js';
import {
  type DType,
  describeGiven,
  describeTensor,
  firstNotFinite,
  formatShape,
  isTensorOf,
  notANumber,
  sameShape,
  sizeOf,
} from './tensor.js';
import { describeValue } from './wrong-value.js';

/** Where a check is made: the stage, for messages, and the type that features are to be read as. */
interface Where {
  readonly at: string;
  readonly kernels: { readonly dtype: DType };
}

/** The smallest and the largest feature. */
type Range = readonly [min: number, max: number];

/**
 * Checks examples against what the stage declared of them.
 *
 * @throws DataError for a feature or a target that is not finite; RunError where something has not the declared size, or a
 * scaling makes numbers that the pipeline's float type does not have.
 */
export function requireExamples(examples: Examples, declared: Spec<'examples'>, { at, kernels }: Where): void {
  const { split, shape, features, labels, targets, targetScaling, classes, scaling, paths } = examples;
  const fail = (problem: string): never => {
    throw new RunError(`${at}: ${problem}`, { placed: true });
  };
  if (!splits.includes(split))
    fail(`gave examples of the split ${describeValue(split)}, expected ${splits.join(', ')}`);
  if (!Array.isArray(shape) || !sameShape(shape, declared.shape)) {
    const found = Array.isArray(shape) ? formatShape(shape) : describeGiven(shape);
    fail(`declared samples of ${formatShape(declared.shape)}, but gave ${found}`);
  }
  if (!isNumbers(features)) fail(`expected the features in a typed array, found ${describeGiven(features)}`);
  const n = exampleCount(examples);
  if (!Number.isInteger(n))
    fail(`gave ${features.length} features, which are not whole samples of ${formatShape(shape)}`);
  if (n === 0) fail(`gave no examples of ${split}`);
  const most = declared.counts?.[split];
  if (most !== undefined && n > most) fail(`declared ${most} examples of ${split} at most, but gave ${n}`);
  if (labels !== undefined && !isNumbers(labels)) {
    fail(`expected the labels in a typed array, as a Uint8Array, found ${describeGiven(labels)}`);
  }
  if (labels !== undefined && labels.length !== n) fail(`gave ${labels.length} labels for ${n} samples of ${split}`);
  // a file of labels is checked by oneHot, which knows the byte
  const limit = classes ?? (examples.labelsPath === undefined ? declared.labels?.classes : undefined);
  const wrong = labels?.findIndex(
    (label: number) => !Number.isInteger(label) || (limit !== undefined && (label < 0 || label >= limit)),
  );
  if (labels !== undefined && wrong !== undefined && wrong !== -1) {
    const expected = limit === undefined ? 'a whole number' : `a whole number from 0 to ${limit - 1}, as it declared`;
    fail(`gave the label ${labels[wrong]} at sample ${wrong} of ${split}, expected ${expected}`);
  }
  if (declared.targets !== undefined && !isTensorOf([n, declared.targets], targets)) {
    const expected = formatShape([n, declared.targets]);
    fail(`declared targets of ${expected} for ${n} samples of ${split}, but gave ${describeTensor(targets)}`);
  }
  if (declared.targets === undefined && targets !== undefined && !isTensorOf([n, targets?.shape?.[1]], targets)) {
    fail(`expected targets of [${n}, m] for ${n} samples of ${split}, but gave ${describeTensor(targets)}`);
  }
  requireWeights(examples, n, fail);
  if (paths !== undefined && paths.length !== n) fail(`gave ${paths.length} paths for ${n} samples of ${split}`);
  const wrongTargetScaling = targets && targetScaling && scalingProblem(targetScaling, targets.shape.slice(1));
  if (wrongTargetScaling !== undefined) fail(`of the targets, ${wrongTargetScaling}`);
  const wrongScaling = scalingProblem(scaling, shape);
  if (wrongScaling !== undefined) fail(wrongScaling);
  const range =
    declared.missing || examples.stream ? undefined : rangeOf(features, () => `of ${split}`, sizeOf(shape), at);
  if (targets !== undefined) rangeOf(targets.data, () => `in the targets of ${split}`, targets.shape[1], at);
  const tooLarge = range && firstTooLarge(examples, range, kernels.dtype);
  if (tooLarge !== undefined) {
    fail(
      `a feature of ${tooLarge.feature} becomes ${tooLarge.value} as ${kernels.dtype}; look at how features are scaled`,
    );
  }
}

function requireWeights({ weights, split }: Examples, n: number, fail: (problem: string) => never): void {
  if (weights === undefined) return;
  if (!(weights instanceof Float64Array))
    fail(`expected the weights in a Float64Array, found ${describeGiven(weights)}`);
  if (weights.length !== n) fail(`gave ${weights.length} weights for ${n} samples of ${split}`);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong !== -1) {
    fail(`gave the weight ${weights[wrong]} at sample ${wrong} of ${split}, expected 0 or more, and a finite number`);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) fail(`gave weights of 0 to all samples of ${split}`);
  if (total === Number.POSITIVE_INFINITY) fail(`gave weights to the samples of ${split} that add up to Infinity`);
}

/** Whether these are numbers one after another; big integers are none here, nor is a view of bytes. */
const isNumbers = (value: unknown): value is ArrayLike<number> & object =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) && typeof Reflect.get(value, 0) !== 'bigint';

/** @throws DataError at the first number that is not finite; the sample is the row that it stands in. */
function rangeOf(numbers: ArrayLike<number> & object, where: () => string, width: number, at: string): Range {
  if (numbers instanceof Uint8Array) return [0, 255];
  const index = firstNotFinite(numbers);
  if (index !== -1) throw new DataError(at, notANumber(numbers[index], index, width, where()), { placed: true });
  let min = numbers[0];
  let max = numbers[0];
  for (let i = 1; i < numbers.length; i++) {
    min = Math.min(min, numbers[i]);
    max = Math.max(max, numbers[i]);
  }
  return [min, max];
}

/** The smallest or the largest feature, where a scaling makes of it what the float type does not have. */
function firstTooLarge(
  { shape, scaling }: Examples,
  range: Range,
  dtype: DType,
): { readonly feature: number; readonly value: number } | undefined {
  const columns = shape.at(-1) ?? 1;
  for (let i = 0; i < columns; i++) {
    for (const feature of range) {
      const exact = scaled(feature, i, scaling);
      const value = dtype === 'float32' ? Math.fround(exact) : exact;
      if (!Number.isFinite(value)) return { feature, value };
    }
  }
  return undefined;
}
