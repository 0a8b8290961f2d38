/** The columns of examples that are rows of numbers: those of a table by name, others by their place. */
import { exampleCount } from '../../examples.js';
import type { Examples } from '../../kinds.js';
import { scaled } from '../../scaling.js';

export interface DataColumn {
  readonly name: string;
  /** Its numbers in a row begin here. */
  readonly first: number;
  /** What a category says: a number of its own each, 1 or 0. Undefined for numbers. */
  readonly values: readonly string[] | undefined;
}

/** Undefined where samples are no rows but pictures, of several axes, or bytes; and where they are streamed. */
export function columnsOf({ shape, features, stream, columns }: Examples): readonly DataColumn[] | undefined {
  if (shape.length !== 1 || features instanceof Uint8Array || stream !== undefined) return undefined;
  if (columns === undefined) {
    return Array.from({ length: shape[0] }, (_, i) => ({ name: `column ${i}`, first: i, values: undefined }));
  }
  let first = 0;
  return columns.features.map((column) => {
    const at = first;
    const values = column.kind === 'category' ? column.values : undefined;
    first += values?.length ?? 1;
    return { name: column.name, first: at, values };
  });
}

/** Its number in each row, as the table has it, or as it is scaled; for a category the index of its value, -1 for none. */
export function valuesOf(
  examples: Examples,
  { first, values }: DataColumn,
  as: 'read' | 'scaled' = 'read',
): Float64Array {
  const { features, shape, scaling } = examples;
  const found = new Float64Array(exampleCount(examples));
  for (let row = 0; row < found.length; row++) {
    const at = row * shape[0] + first;
    if (values === undefined) found[row] = as === 'read' ? features[at] : scaled(features[at], first, scaling);
    else found[row] = features.subarray(at, at + values.length).indexOf(1);
  }
  return found;
}

/** What there is to say of numbers; those that are missing, NaN, are left out. */
export interface Measures {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly missing: number;
}

export function measured(numbers: ArrayLike<number>): Measures {
  let [min, max, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (Number.isNaN(number)) continue;
    if (number < min) min = number;
    if (number > max) max = number;
    sum += number;
    count++;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < numbers.length; i++) if (!Number.isNaN(numbers[i])) squares += (numbers[i] - mean) ** 2;
  return { min, max, mean, std: Math.sqrt(squares / count), missing: numbers.length - count };
}
