/** Features that are too many for the memory: rows of a file, read when they are needed. */

import { DataError } from './errors.js';
import { firstNotFinite, notANumber } from './tensor.js';

/** The rows of a file, each as long as the others. */
export interface RowFile {
  readonly path: string;
  /** How many rows there are. */
  readonly count: number;
  /** How many numbers a row has. */
  readonly width: number;
  /** An array of the type of the numbers. */
  create(length: number): Uint8Array | Int32Array | Float32Array | Float64Array;
  /** Rows that follow one another; there until the next ones are read. */
  read(first: number, count: number): Promise<Uint8Array | Int32Array | Float32Array | Float64Array>;
}

/** Some rows of a file, in an order of their own. */
export interface RowStream {
  readonly file: RowFile;
  /** Which rows of the file they are; all, in its order, if left out. */
  readonly rows?: Int32Array | undefined;
  /** What stands for a number that is missing, NaN, by its place in a row. */
  readonly fill?: readonly number[] | undefined;
}

export const rowCount = ({ file, rows }: RowStream): number => rows?.length ?? file.count;

/** Some of the rows of a stream, by their places in it. */
export function pickRows({ rows, ...stream }: RowStream, picked: ArrayLike<number>): RowStream {
  const chosen = new Int32Array(picked.length);
  for (let i = 0; i < chosen.length; i++) chosen[i] = rows?.[picked[i]] ?? picked[i];
  return { ...stream, rows: chosen };
}

/** Rows no further apart than this are read together with what lies between them: that takes less time than to skip it. */
const NEAR = 16;
/** More than a window has. */
const MOST_PLACES = 2 ** 24;
/** So many numbers are read at once, as a rule. */
const AT_ONCE = 2 ** 20;

/**
 * Reads rows of a stream into `to`, one after another as the file has them: neighbours are read, and copied, together,
 * whatever the order is in which they are wanted.
 *
 * @param wanted which rows, by their places in the stream
 * @param isOver asked between two readings: whether nothing is waited for any more
 * @returns for each row that is wanted, which row of `to` it is
 */
export async function readRowsInto(
  to: ReturnType<RowFile['create']>,
  { file, rows, fill }: RowStream,
  wanted: Int32Array,
  isOver: () => boolean,
): Promise<Int32Array> {
  const { width } = file;
  // each row with its place in one number: numbers are sorted ten times as fast as by a function
  const sorted = new Float64Array(wanted.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = (rows?.[wanted[i]] ?? wanted[i]) * MOST_PLACES + i;
  sorted.sort();
  const rowOf = (i: number): number => Math.floor(sorted[i] / MOST_PLACES);
  const most = Math.max(1, Math.floor(AT_ONCE / width));
  for (let begin = 0, end = 0; begin < sorted.length && !isOver(); begin = end) {
    const first = rowOf(begin);
    end = begin + 1;
    while (end < sorted.length && isNear(rowOf(end - 1), rowOf(end), first, most)) end++;
    const numbers = await file.read(first, rowOf(end - 1) - first + 1);
    for (let i = begin, next = begin; i < end; i = next) {
      next = i + 1;
      while (next < end && rowOf(next) === rowOf(next - 1) + 1) next++;
      const from = (rowOf(i) - first) * width;
      to.set(numbers.subarray(from, from + (next - i) * width), i * width);
    }
  }
  if (fill !== undefined) fillMissing(to.subarray(0, wanted.length * width), fill);
  const places = new Int32Array(wanted.length);
  for (let i = 0; i < sorted.length; i++) places[sorted[i] % MOST_PLACES] = i;
  return places;
}

const isNear = (before: number, row: number, first: number, most: number): boolean =>
  row - before <= NEAR && row - first < most;

function fillMissing(numbers: ReturnType<RowFile['create']>, fill: readonly number[]): void {
  for (let i = 0; i < numbers.length; i++) if (Number.isNaN(numbers[i])) numbers[i] = fill[i % fill.length];
}

/** @throws DataError with the row of the file, where one of the numbers that were read is not finite. */
export function requireNumbers(
  numbers: ReturnType<RowFile['create']>,
  { file: { path, width }, rows }: RowStream,
  wanted: Int32Array,
  places: Int32Array,
): void {
  const wrong = firstNotFinite(numbers.subarray(0, wanted.length * width));
  if (wrong === -1) return;
  const place = wanted[places.indexOf(Math.floor(wrong / width))];
  throw new DataError(path, notANumber(numbers[wrong], (rows?.[place] ?? place) * width, width));
}

/** So many numbers are gone through before the event loop turns. */
const IN_A_TURN = 2 ** 18;

/**
 * Goes through all numbers of a stream, row after row in its order.
 *
 * @param mayMiss whether some may be NaN
 * @param see called with each number, and its place in the row
 * @throws DataError with the row of the file, where a number is not finite, and may not be so.
 */
export async function forEachNumber(
  stream: RowStream,
  mayMiss: boolean,
  isOver: () => boolean,
  see: (number: number, i: number) => void,
): Promise<void> {
  const { width, create } = stream.file;
  const [count, most] = [rowCount(stream), Math.max(1, Math.floor(IN_A_TURN / width))];
  const block = create(most * width);
  for (let first = 0; first < count && !isOver(); first += most) {
    const wanted = new Int32Array(Math.min(most, count - first));
    for (let i = 0; i < wanted.length; i++) wanted[i] = first + i;
    const places = await readRowsInto(block, stream, wanted, isOver);
    if (isOver()) return;
    if (!mayMiss) requireNumbers(block, stream, wanted, places);
    for (const place of places) for (let i = 0; i < width; i++) see(block[place * width + i], i);
  }
}
