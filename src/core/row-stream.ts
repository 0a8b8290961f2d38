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
export const pickRows = ({ file, rows }: RowStream, picked: ArrayLike<number>): RowStream => ({
  file,
  rows: Int32Array.from(picked, (row) => rows?.[row] ?? row),
});

/** Rows no further apart than this are read together with what lies between them: that takes less time than to skip it. */
const NEAR = 16;
/** More than a window has. */
const MOST_PLACES = 2 ** 24;
/** So many numbers are read at once, as a rule. */
const AT_ONCE = 2 ** 20;

/**
 * Reads rows of a stream, by their places in it, into `to`, in this order. Neighbours in the file are read together, whatever
 * the order is.
 *
 * @param isOver asked between two readings: whether nothing is waited for any more
 */
export async function readRowsInto(
  to: ReturnType<RowFile['create']>,
  { file, rows }: RowStream,
  places: Int32Array,
  isOver: () => boolean,
): Promise<void> {
  const { width } = file;
  const rowAt = (i: number): number => rows?.[places[i]] ?? places[i];
  // each row with its place in one number: numbers are sorted ten times as fast as by a function
  const sorted = Float64Array.from(places, (_, i) => rowAt(i) * MOST_PLACES + i).sort();
  const rowOf = (i: number): number => Math.floor(sorted[i] / MOST_PLACES);
  const most = Math.max(1, Math.floor(AT_ONCE / width));
  for (let begin = 0, end = 0; begin < sorted.length && !isOver(); begin = end) {
    const first = rowOf(begin);
    end = begin + 1;
    while (end < sorted.length && isNear(rowOf(end - 1), rowOf(end), first, most)) end++;
    const numbers = await file.read(first, rowOf(end - 1) - first + 1);
    for (let i = begin; i < end; i++) {
      const from = (rowOf(i) - first) * width;
      to.set(numbers.subarray(from, from + width), (sorted[i] % MOST_PLACES) * width);
    }
  }
}

const isNear = (before: number, row: number, first: number, most: number): boolean =>
  row - before <= NEAR && row - first < most;
