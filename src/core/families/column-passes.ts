/**
 * What is measured of columns, in passes over all numbers. A measure says what sees each number, pass by pass; so it is the
 * same whether the numbers are in memory or are read from a file, a block at a time, and so are its results: it sees them in
 * the same order.
 */
import { Observable, of } from 'rxjs';
import type { Examples } from '../kinds.js';
import { forEachNumber } from '../row-stream.js';

/** Sees a number of a column. */
type See = (value: number, column: number) => void;

/** Yields what sees the numbers in the next pass, and returns what it made of all passes. */
export type Passes<Result> = Generator<See, Result, void>;

/** What a number counts for, by its index in a sample or in all of them. */
type ValueAt = (number: number, i: number) => number;

const asItIs: ValueAt = (number) => number;

/** Lets numbers of so many columns, row after row, be measured. */
export function measuredNumbers<Result>(
  numbers: ArrayLike<number>,
  columns: number,
  passes: Passes<Result>,
  valueAt = asItIs,
): Result {
  for (;;) {
    const { done, value } = passes.next();
    if (done) return value;
    for (let i = 0; i < numbers.length; i++) value(valueAt(numbers[i], i), i % columns);
  }
}

/**
 * The same for the features of examples: at once where they are in memory.
 *
 * @param mayMiss whether features may be missing, NaN; where they may not, a streamed one is a DataError, as in a batch.
 */
export function measuredFeatures<Result>(
  { features, stream }: Examples,
  columns: number,
  passes: Passes<Result>,
  { valueAt = asItIs, mayMiss = false }: { readonly valueAt?: ValueAt; readonly mayMiss?: boolean } = {},
): Observable<Result> {
  if (stream === undefined) return of(measuredNumbers(features, columns, passes, valueAt));
  return new Observable((subscriber) => {
    const isOver = () => subscriber.closed;
    const go = async (): Promise<void> => {
      while (!isOver()) {
        const { done, value } = passes.next();
        if (done) return subscriber.next(value);
        await forEachNumber(stream, mayMiss, isOver, (number, i) => value(valueAt(number, i), i % columns));
      }
    };
    go().then(
      () => subscriber.complete(),
      (error) => subscriber.error(error),
    );
  });
}

/** The mean of each column, or of what `of` makes of its numbers; NaN where there is none. Those that are missing are left out. */
export function* means(
  columns: number,
  of: (value: number, column: number) => number = (value) => value,
): Passes<Float64Array> {
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  yield (value, column) => {
    if (Number.isNaN(value)) return;
    sums[column] += of(value, column);
    counts[column]++;
  };
  return sums.map((sum, column) => sum / counts[column]);
}

/** So many numbers are sorted between two passes. */
const SORTED_AT_ONCE = 2 ** 23;

/**
 * What `measure` makes of the numbers of each column in ascending order, without those that are missing.
 *
 * @param count how many numbers a column has
 * @param most of more than these, as many are taken, evenly spread over the column
 */
export function* sortedColumns<Result>(
  columns: number,
  count: number,
  most: number,
  measure: (sorted: Float64Array, column: number) => Result,
): Passes<Result[]> {
  const every = Math.ceil(count / most);
  const length = Math.ceil(count / every);
  const atOnce = Math.max(1, Math.floor(SORTED_AT_ONCE / length));
  const results: Result[] = [];
  for (let first = 0; first < columns; first += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, columns - first) }, () => ({
      seen: 0,
      values: new Float64Array(length),
    }));
    yield (value, column) => {
      const own = some[column - first];
      if (own === undefined || Number.isNaN(value)) return;
      if (own.seen % every === 0) own.values[own.seen / every] = value;
      own.seen++;
    };
    for (const { seen, values } of some)
      results.push(measure(values.subarray(0, Math.ceil(seen / every)).sort(), results.length));
  }
  return results;
}
