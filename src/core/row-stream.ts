/** Features that are too many for the memory: rows of a file, read when they are needed. */

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
}

export const rowCount = ({ file, rows }: RowStream): number => rows?.length ?? file.count;

/** Some of the rows of a stream, by their places in it. */
export function pickRows({ file, rows }: RowStream, picked: ArrayLike<number>): RowStream {
  const chosen = new Int32Array(picked.length);
  for (let i = 0; i < chosen.length; i++) chosen[i] = rows?.[picked[i]] ?? picked[i];
  return { file, rows: chosen };
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
  { file, rows }: RowStream,
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
  const places = new Int32Array(wanted.length);
  for (let i = 0; i < sorted.length; i++) places[sorted[i] % MOST_PLACES] = i;
  return places;
}

const isNear = (before: number, row: number, first: number, most: number): boolean =>
  row - before <= NEAR && row - first < most;
