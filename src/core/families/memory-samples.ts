/** Samples that a program has, in whatever form, as typed arrays. */
import { didYouMean, PipelineError } from '../errors.js';
import type { Examples } from '../kinds.js';
import { printable } from '../printable.js';
import { describeGiven, formatShape, isShape, type NestedRows, type Shape, sizeOf, type Tensor } from '../tensor.js';
import { isClass, LARGEST_CLASS } from './class-number.js';

/** n samples: a list of them, each nested rows or a typed array; or their numbers one after another, beside the shape. */
export type MemoryFeatures =
  | readonly (NestedRows | ArrayLike<number>)[]
  | { readonly shape: Shape; readonly data: ArrayLike<number> };

/** The class of each sample: its number from 0 on, or its name. */
export type MemoryLabels = ArrayLike<number> | readonly string[];

/** One sample, of an iterable. */
export interface MemorySample {
  readonly features: NestedRows | ArrayLike<number>;
  /** Its class, by number or name. */
  readonly label?: number | string;
  /** Or the real numbers that are to be said of it. */
  readonly target?: number | readonly number[];
  readonly weight?: number;
}

/** What is known of the samples of a split. */
export interface MemorySplit {
  readonly features?: MemoryFeatures | undefined;
  readonly labels?: MemoryLabels | undefined;
  /** A row a sample; a list of numbers is one number a sample. */
  readonly targets?: readonly (number | readonly number[])[] | undefined;
  readonly weights?: ArrayLike<number> | undefined;
}

/** As examples hold them; labels are still as they were given. */
export type MemoryArrays = Pick<Examples, 'shape' | 'features' | 'targets' | 'weights'> & {
  readonly count: number;
  readonly labels: MemoryLabels | undefined;
};

/**
 * @param where the option, for messages: `memory: test`
 * @throws PipelineError with the sample, where one is not as the first, or holds something else than numbers.
 */
export function memoryArrays({ features, labels, targets, weights }: MemorySplit, where: string): MemoryArrays {
  if (features === undefined) throw new PipelineError(`${where} needs features, or samples`);
  const { shape, data } = 'shape' in features ? whole(features, where) : joined(features, where);
  const count = data.length / sizeOf(shape);
  if (count === 0) throw new PipelineError(`${where}: features: there are no samples`);
  for (const [name, list] of Object.entries({ labels, targets, weights })) {
    if (list !== undefined && list.length !== count) {
      throw new PipelineError(`${where}: ${name}: found ${list.length}, expected ${count}, as there are samples`);
    }
  }
  if (labels !== undefined && targets !== undefined) {
    throw new PipelineError(`${where} has labels and targets; give the ones that are to be learned`);
  }
  return {
    shape,
    features: data,
    labels,
    targets: targets && targetRows(targets, where),
    weights: weights && Float64Array.from(weights),
    count,
  };
}

/** The samples of an iterable, each of which is asked for once. */
export async function gathered(
  samples: Iterable<MemorySample> | AsyncIterable<MemorySample>,
  where: string,
): Promise<MemorySplit> {
  const features: MemorySample['features'][] = [];
  const labels: (number | string)[] = [];
  const targets: (number | readonly number[])[] = [];
  const weights: number[] = [];
  for await (const sample of samples) {
    if (typeof sample !== 'object' || sample === null || sample.features === undefined) {
      const problem = `found ${describeGiven(sample)} for sample ${features.length}, expected { features, label }`;
      throw new PipelineError(`${where}: samples: ${problem}`);
    }
    features.push(sample.features);
    if (sample.label !== undefined) labels.push(sample.label);
    if (sample.target !== undefined) targets.push(sample.target);
    if (sample.weight !== undefined) weights.push(sample.weight);
  }
  const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);
  return {
    features,
    labels: some(labels) as MemoryLabels | undefined,
    targets: some(targets),
    weights: some(weights) as ArrayLike<number> | undefined,
  };
}

type Numbers = Examples['features'];

function whole(
  { shape, data }: { shape: Shape; data: ArrayLike<number> },
  where: string,
): { shape: Shape; data: Numbers } {
  if (!isShape(shape) || typeof data?.length !== 'number' || sizeOf(shape) !== data.length) {
    const found = isShape(shape) ? `${formatShape(shape)} and ${data?.length} numbers` : describeGiven(shape);
    throw new PipelineError(
      `${where}: features: found ${found}, expected a shape, [n, ...], and as many numbers as it says`,
    );
  }
  return { shape: shape.slice(1), data: isNumbers(data) ? data : numbersOf(data, `${where}: features`) };
}

function joined(samples: readonly (NestedRows | ArrayLike<number>)[], where: string): { shape: Shape; data: Numbers } {
  if (typeof samples?.length !== 'number') {
    const found = describeGiven(samples);
    throw new PipelineError(
      `${where}: features: found ${found}, expected a list of samples, or { shape: [n, ...], data }`,
    );
  }
  if (isObjectOfNames(samples[0])) {
    const names = 'rows of values with names come in by the source records';
    throw new PipelineError(`${where}: features: found an object in sample 0, expected numbers; ${names}`);
  }
  const shape = shapeOf(samples[0]);
  const width = sizeOf(shape);
  const isOfBytes = samples.every((sample) => sample instanceof Uint8Array);
  const data = new (isOfBytes ? Uint8Array : Float64Array)(samples.length * width);
  let at = 0;
  const write = (value: unknown, of: Shape, sample: number): void => {
    const [length, ...inner] = of;
    const fail = (found: string): never => {
      throw new PipelineError(
        `${where}: features: found ${found} in sample ${sample}, expected numbers of the shape ${formatShape(shape)}, as in the first`,
      );
    };
    if (length === undefined) {
      if (typeof value !== 'number') fail(describeGiven(value));
      data[at++] = value as number;
      return;
    }
    const list = value as ArrayLike<unknown>;
    if (typeof value !== 'object' || value === null || list.length !== length) {
      fail(typeof value === 'object' && value !== null ? `${list.length} numbers or rows` : describeGiven(value));
    }
    for (let i = 0; i < length; i++) write(list[i], inner, sample);
  };
  for (let n = 0; n < samples.length; n++) write(samples[n], shape, n);
  return { shape, data };
}

const isObjectOfNames = (sample: unknown): boolean =>
  typeof sample === 'object' && sample !== null && !('length' in sample);

function shapeOf(sample: unknown): Shape {
  if (ArrayBuffer.isView(sample)) return [(sample as unknown as ArrayLike<number>).length];
  return Array.isArray(sample) ? [sample.length, ...shapeOf(sample[0])] : [];
}

const isNumbers = (data: unknown): data is Numbers =>
  data instanceof Uint8Array ||
  data instanceof Int32Array ||
  data instanceof Float32Array ||
  data instanceof Float64Array;

function numbersOf(data: ArrayLike<number>, where: string): Float64Array {
  const wrong = Array.prototype.findIndex.call(data, (value) => typeof value !== 'number');
  if (wrong === -1) return Float64Array.from(data);
  throw new PipelineError(`${where}: found ${describeGiven(data[wrong])} at ${wrong}, expected a number`);
}

function targetRows(targets: readonly (number | readonly number[])[], where: string): Tensor {
  const rows = targets.map((target) => (typeof target === 'number' ? [target] : target));
  const { shape, data } = joined(rows, `${where}: targets`);
  if (shape.length !== 1) throw new PipelineError(`${where}: targets: expected a row of numbers a sample`);
  return { shape: [rows.length, shape[0]], data: Float64Array.from(data) };
}

/**
 * Names of classes by their numbers.
 *
 * @throws PipelineError for a name that is not one of those of train, or a number that is no class.
 */
export function classNumbers(labels: MemoryLabels, names: readonly string[] | undefined, where: string): Int32Array {
  const numbers = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    const number = typeof label === 'string' ? (names?.indexOf(label) ?? -1) : label;
    if (!isClass(number) || (names !== undefined && number >= names.length)) {
      const found = typeof label === 'string' ? `"${printable(label)}"` : describeGiven(label);
      const hint = typeof label === 'string' ? didYouMean(label, names ?? []) : '';
      const wanted = names === undefined ? `a class, 0 to ${LARGEST_CLASS}` : `one of ${names.slice(0, 20).join(', ')}`;
      throw new PipelineError(`${where}: labels: found ${found} for sample ${i}, expected ${wanted}${hint}`);
    }
    numbers[i] = number;
  }
  return numbers;
}

/** What the classes are called: as they are named, or in the order of their names where labels are names. */
export function classNamesOf(
  labels: MemoryLabels | undefined,
  given: readonly string[] | undefined,
): readonly string[] | undefined {
  if (given !== undefined || labels === undefined || typeof labels[0] !== 'string') return given;
  return [...new Set(labels as readonly string[])].sort();
}
