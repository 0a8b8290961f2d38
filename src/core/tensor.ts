/** The one array type of the project: numbers in row-major order, and the shape that says how to read them. */

/** Sizes from the slowest axis to the fastest: `[rows, columns]`. */
export type Shape = readonly number[];

/** Element type of every computed number: 4 bytes for speed, 8 for exact work. */
export type DType = 'float32' | 'float64';

/** Bytes of a number. */
export const bytesOf = (dtype: DType): number => (dtype === 'float32' ? 4 : 8);

/** The numbers of a tensor. */
export type Floats = Float32Array | Float64Array;

/** `{ shape, data: x.data }` is x in another shape; `{ ...x, shape }` is not: a back end may compute `data` when asked. */
export interface Tensor {
  readonly shape: Shape;
  /** `sizeOf(shape)` numbers, the last axis running fastest. */
  readonly data: Floats;
}

/** Whether it is sizes, none of them 0: a plug-in may say anything. */
export const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.every((size) => Number.isInteger(size) && size > 0);

/** How many numbers a shape holds. The empty shape holds one: a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);

/** How many numbers each row holds, the slowest axis being that of rows: H of a matrix [R, H]. */
export const widthOf = ({ shape }: Tensor): number =>
  shape.reduce((width, length, axis) => (axis === 0 ? 1 : width * length), 1);

/** Whether both have the same axes, each of the same length. */
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

/** `[100, 28, 28]`; a letter stands for a size that is not known: `[B, 28, 28]`. */
export const formatShape = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

/** A copy whose axes come in another order: `permuted(matrix, [1, 0])` is its transpose. */
export function permuted({ shape, data }: Tensor, axes: readonly number[]): Tensor {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const to = axes.map((axis) => shape[axis]);
  const numbers = data.slice();
  for (let i = 0; i < numbers.length; i++) {
    const index = indexIn(to, i);
    numbers[i] = data[axes.reduce((from, axis, k) => from + index[k] * strides[axis], 0)];
  }
  return { shape: to, data: numbers };
}

/** The same numbers in another shape of as many: none is copied, nor computed before it is read. */
export const inShape = (tensor: Tensor, shape: Shape): Tensor => new InShape(wholeOf(tensor), shape);

/** What a tensor is a shape of; itself where it is not. */
export const wholeOf = (tensor: Tensor): Tensor => (tensor instanceof InShape ? tensor.whole : tensor);

class InShape implements Tensor {
  constructor(
    readonly whole: Tensor,
    readonly shape: Shape,
  ) {}

  get data(): Floats {
    return this.whole.data;
  }
}

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

/** argmax of a row: the column of its largest number, the first of equals. A row that holds NaN has none: -1. */
export function largestColumn(data: ArrayLike<number>, start: number, columns: number): number {
  let best = 0;
  for (let c = 0; c < columns; c++) {
    const value = data[start + c];
    if (Number.isNaN(value)) return -1;
    if (value > data[start + best]) best = c;
  }
  return best;
}

/** Where the first number stands that is NaN or infinite; -1 where all are finite, as whole numbers always are. */
export function firstNotFinite(data: ArrayLike<number>): number {
  if (data instanceof Uint8Array || data instanceof Int32Array) return -1;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

/** `found NaN at sample 10, expected a number` */
export const notANumber = (found: number, index: number, width: number, where = ''): string =>
  `found ${found} at sample ${Math.floor(index / width)}${where && ` ${where}`}, expected a number`;

/** Where two tensors' numbers first differ by more than so much; -1 where they do not. NaN is like NaN. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 0): number {
  for (let i = 0; i < b.length; i++) if (!(Math.abs(a[i] - b[i]) <= tolerance) && !Object.is(a[i], b[i])) return i;
  return -1;
}

/**
 * Whether a value is a tensor of this shape, with as many numbers as that says. A tensor that makes its `data` when it is
 * read is one of a back end's own, whose length is right: reading it would only cost time.
 */
export const isTensorOf = (shape: Shape, value: unknown): value is Tensor =>
  isTensorLike(value) &&
  sameShape(value.shape, shape) &&
  (!Object.hasOwn(value, 'data') || (isFloats(value.data) && value.data.length === sizeOf(shape)));

/** Something with the parts of a tensor, whatever they are. */
const isTensorLike = (value: unknown): value is { readonly shape: Shape; readonly data: unknown } =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && Array.isArray(value.shape);

const isFloats = (data: unknown): data is Floats => data instanceof Float32Array || data instanceof Float64Array;

/** What a value is that should have been a tensor, for messages: `[50, 20]`, `[100, 20] with 3 numbers`, `a promise`. */
export function describeTensor(value: unknown): string {
  if (!isTensorLike(value)) return describeGiven(value);
  const shape = formatShape(value.shape);
  if (!isFloats(value.data)) return `${shape} with ${describeGiven(value.data)} for its numbers`;
  return value.data.length === sizeOf(value.shape) ? shape : `${shape} with ${value.data.length} numbers`;
}

/** What was given in place of something else: `a promise`, `nothing`, `a text`. */
export function describeGiven(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'object' && 'then' in value) return 'a promise, but stages work synchronously';
  if (typeof value === 'number') return String(value);
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (Array.isArray(value)) return 'a list';
  return `a${/^[aeiou]/.test(typeof value) ? 'n' : ''} ${typeof value === 'string' ? 'text' : typeof value}`;
}

/** A copy that the caller owns. */
export const copyOf = (source: Tensor): Tensor => ({ shape: source.shape, data: source.data.slice() });
