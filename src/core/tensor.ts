/** The one array type of the project: numbers in row-major order, and the shape that says how to read them. */

/** Sizes from the slowest axis to the fastest: `[rows, columns]`. */
export type Shape = readonly number[];

/** Element type of every computed number: 4 bytes for speed, 8 for exact work. */
export type DType = 'float32' | 'float64';

/** Bytes of a number. */
export const bytesOf = (dtype: DType): number => (dtype === 'float32' ? 4 : 8);

export type Floats = Float32Array | Float64Array;

export interface Tensor {
  readonly shape: Shape;
  /** `sizeOf(shape)` numbers, the last axis running fastest. */
  readonly data: Floats;
}

/** How many numbers a shape holds. The empty shape holds one: a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);

/** How many numbers each row holds, the slowest axis being that of rows: H of a matrix [R, H]. */
export const widthOf = ({ shape }: Tensor): number =>
  shape.reduce((width, length, axis) => (axis === 0 ? 1 : width * length), 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** Where the i-th number stands: [row, column] in a matrix. */
export function indexIn(shape: Shape, i: number): number[] {
  const index: number[] = [];
  let rest = i;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}

export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** A tensor of zeros. */
export function zeros(shape: Shape, dtype: DType = 'float32'): Tensor {
  const size = sizeOf(shape);
  return { shape, data: dtype === 'float32' ? new Float32Array(size) : new Float64Array(size) };
}

/** Numbers as a person writes them: `[1, 2]`, `[[1, 2], [3, 4]]`, and so on, an axis a level. */
export type NestedRows = readonly number[] | readonly NestedRows[];

/**
 * A tensor from nested rows: `tensor([[1, 2], [3, 4]])` has shape [2, 2].
 *
 * @throws RangeError when the rows are ragged.
 */
export function tensor(rows: NestedRows, dtype: DType = 'float32'): Tensor {
  const shape = shapeOf(rows);
  const values = numbersOf(rows);
  if (values.some((value) => typeof value !== 'number')) throw new RangeError('expected rows of numbers');
  return { shape, data: dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values) };
}

const numbersOf = (rows: NestedRows | number): number[] =>
  typeof rows === 'object' ? rows.flatMap(numbersOf) : [rows];

/** @throws RangeError when two rows beside one another differ in shape. */
function shapeOf(rows: NestedRows | number): Shape {
  if (typeof rows !== 'object') return [];
  const [first = [], ...others] = rows.map(shapeOf);
  others.forEach((found, i) => {
    if (!sameShape(found, first)) {
      throw new RangeError(
        `ragged rows: row ${i + 1} has the shape ${formatShape(found)}, the first ${formatShape(first)}`,
      );
    }
  });
  return [rows.length, ...first];
}

/** argmax of a row: the column of its largest number, the first of equals. */
export function largestColumn(data: ArrayLike<number>, start: number, columns: number): number {
  let best = 0;
  for (let c = 1; c < columns; c++) if (data[start + c] > data[start + best]) best = c;
  return best;
}

/** A copy that the caller owns. */
export const copyOf = (source: Tensor): Tensor => ({ shape: source.shape, data: source.data.slice() });
