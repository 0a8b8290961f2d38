/** The samples that a trained network is asked about, in any form that says how many they are. */

import { describeGiven, formatShape, type Shape, sameShape, sizeOf } from '../tensor.js';

/**
 * One sample, several, or one array of several beside its shape, `[n, ...]`. How many there are is never guessed: pictures
 * of four times the width would pass for sixteen each.
 */
export type NumberSamples =
  | ArrayLike<number>
  | readonly ArrayLike<number>[]
  | { readonly shape: Shape; readonly data: ArrayLike<number> };

/** A row by the names of its columns; null or undefined where there is no value. Columns of no use to the network may be there. */
export type TableRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What `predict` takes: numbers; of a network that learned from a table, its rows too. */
export type Samples = NumberSamples | TableRow | readonly TableRow[];

/** n samples one after another. */
export interface Rows {
  readonly count: number;
  readonly features: ArrayLike<number>;
}

/** @throws RangeError with both sizes, when a sample has another than the network takes. */
export function rowsOf(samples: NumberSamples, shape: Shape): Rows {
  if (typeof samples !== 'object' || samples === null) {
    throw new RangeError(`predict: found ${describeGiven(samples)}, expected the ${ofOne(shape)}`);
  }
  if ('shape' in samples) return shaped(samples.shape, samples.data, shape);
  if (isList(samples)) return listed(samples, shape);
  if (typeof samples.length !== 'number') {
    throw new RangeError(`predict: found ${describeGiven(samples)}, expected the ${ofOne(shape)} in an array`);
  }
  if (samples.length === sizeOf(shape)) return { count: 1, features: samples };
  throw new RangeError(
    `predict: found ${numbers(samples.length)}, expected the ${ofOne(shape)}; ` +
      `several samples are given as a list, [first, second], or with their shape, { shape: ${formatMany(shape)}, data }`,
  );
}

/** A plain array that does not begin with a number is a list of samples; the empty one has none. */
const isList = (samples: ArrayLike<number> | readonly ArrayLike<number>[]): samples is readonly ArrayLike<number>[] =>
  Array.isArray(samples) && typeof samples[0] !== 'number';

function listed(samples: readonly (ArrayLike<number> | undefined | null)[], shape: Shape): Rows {
  for (const [i, sample] of samples.entries()) {
    const found = sample?.length;
    if (found !== sizeOf(shape)) {
      const given = found === undefined ? describeGiven(sample) : numbers(found);
      throw new RangeError(`predict: found ${given} for sample ${i}, expected the ${ofOne(shape)}`);
    }
  }
  return { count: samples.length, features: samples.flatMap((sample) => Array.from(sample ?? [])) };
}

function shaped(given: Shape, data: ArrayLike<number>, shape: Shape): Rows {
  if (!Array.isArray(given) || typeof data?.length !== 'number') {
    const found = `{ shape: ${describeGiven(given)}, data: ${describeGiven(data)} }`;
    throw new RangeError(`predict: found ${found}, expected { shape: ${formatMany(shape)}, data }`);
  }
  const [count, ...each] = given;
  const one = sameShape(each, shape) || sameShape(each, [sizeOf(shape)]);
  if (!one || !Number.isInteger(count) || count < 0) {
    throw new RangeError(`predict: found samples of the shape ${formatShape(given)}, expected ${formatMany(shape)}`);
  }
  if (data.length !== sizeOf(given)) {
    throw new RangeError(
      `predict: found ${numbers(data.length)}, expected ${sizeOf(given)} for the shape ${formatShape(given)}`,
    );
  }
  return { count, features: data };
}

const numbers = (count: number): string => (count === 1 ? '1 number' : `${count} numbers`);

/** `784 of one sample [28, 28]` */
const ofOne = (shape: Shape): string => `${sizeOf(shape)} of one sample ${formatShape(shape)}`;

const formatMany = (shape: Shape): string => `[${['n', ...shape].join(', ')}]`;
