/**
 * Arrays that NumPy saved: `np.save('samples.npy', x)`. Whole and floating numbers and booleans, either byte order, in
 * either order of axes. Pickles, which are programs, are refused.
 *
 * Source: numpy.lib.format, versions 1.0 to 3.0.
 */
import { joined, latin1Of, viewOf } from '../bytes.js';
import { DataError } from '../errors.js';
import type { NumberArray } from '../host.js';
import { formatShape, type Shape, sizeOf } from '../tensor.js';
import { GET_IT_AGAIN } from './unpacked-bytes.js';

const MAGIC = '\x93NUMPY';

export const isNpy = (bytes: Uint8Array): boolean => latin1Of(bytes.subarray(0, MAGIC.length)) === MAGIC;

/** Headers are some hundred bytes long. */
const MAX_HEADER = 65536;

const MAX_DIMENSIONS = 8;

type Read = (view: DataView, at: number, little: boolean) => number;

/** By kind and bytes. */
const TYPES: Readonly<Record<string, Read>> = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  f2: (view, at, little) => halfPrecision(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** Types that keep their size; of the others, all numbers are numbers of 64 bits. */
const ARRAYS: Readonly<Record<string, Uint8ArrayConstructor | Int32ArrayConstructor | Float32ArrayConstructor>> = {
  b1: Uint8Array,
  u1: Uint8Array,
  i4: Int32Array,
  f4: Float32Array,
};

/**
 * Decodes a .npy file. Whole numbers of 8 bytes beyond 2^53 are rounded to the nearest float64.
 *
 * @param path For the messages.
 * @throws DataError when the header is not one, is of another type, or says another size than the file has.
 */
export function decodeNpy(path: string, bytes: Uint8Array): NumberArray {
  const { type, isLittleEndian, shape, isColumnMajor, start } = npyHeader(path, bytes, bytes.length);
  const read = TYPES[type];
  const width = Number(type.slice(1));
  const view = viewOf(bytes.subarray(start));
  const data = new (ARRAYS[type] ?? Float64Array)(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = read(view, i * width, isLittleEndian);
  return { shape, data: isColumnMajor ? inRowOrder(data, shape) : data, isWhole: !type.startsWith('f') };
}

/** What a .npy file says before its numbers. */
export interface NpyHeader {
  /** Kind and bytes: `f4`. */
  readonly type: string;
  readonly isLittleEndian: boolean;
  readonly shape: Shape;
  /** Whether the first axis runs fastest. */
  readonly isColumnMajor: boolean;
  /** At which byte the numbers begin. */
  readonly start: number;
}

/**
 * Reads the header.
 *
 * @param bytes of the file, with all of the header
 * @param length how many bytes the file has
 * @throws DataError as `decodeNpy` does.
 */
export function npyHeader(path: string, bytes: Uint8Array, length: number): NpyHeader {
  const { text, end: start } = headerOf(path, bytes);
  const type = typeOf(path, text);
  const shape = shapeOf(path, text);
  const expected = start + sizeOf(shape) * Number(type.slice(2));
  if (length !== expected) {
    const problem = `found ${length} bytes, expected ${expected} for the shape ${formatShape(shape)} of "${type}"`;
    throw new DataError(path, `${problem}. ${GET_IT_AGAIN}`);
  }
  return {
    type: type.slice(1),
    isLittleEndian: type[0] !== '>',
    shape,
    isColumnMajor: isColumnMajor(path, text),
    start,
  };
}

/** The header of an array of 64-bit floats [count, width], little-endian, in row order: always as long. */
export function npyHeaderOf(count: number, width: number): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${count}, ${width}), }`;
  const start = Uint8Array.from([...bytesOf(MAGIC), 1, 0, FLOATS_HEADER - 10, 0]);
  return joined([start, bytesOf(`${text.padEnd(FLOATS_HEADER - 11)}\n`)]);
}

const bytesOf = (latin1: string): Uint8Array => Uint8Array.from(latin1, (character) => character.charCodeAt(0));

/** NumPy wants a multiple of 64. */
const FLOATS_HEADER = 128;

function headerOf(path: string, bytes: Uint8Array): { readonly text: string; readonly end: number } {
  const version = bytes[6];
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw new DataError(path, `found a .npy file cut short in its header. ${GET_IT_AGAIN}`);
  if (version < 1 || version > 3) {
    throw new DataError(path, `found version ${version} of the .npy format, expected 1, 2 or 3`, { byte: 6 });
  }
  const length = version === 1 ? viewOf(bytes).getUint16(8, true) : viewOf(bytes).getUint32(8, true);
  if (length > MAX_HEADER || start + length > bytes.length) {
    const limit = Math.min(MAX_HEADER, bytes.length - start);
    throw new DataError(path, `found a header of ${length} bytes, expected at most ${limit}`, { byte: 8 });
  }
  return { text: latin1Of(bytes.subarray(start, start + length)), end: start + length };
}

/** `<f4`: byte order, kind, bytes. */
function typeOf(path: string, header: string): string {
  const type = /'descr':\s*'([^']{1,40})'/.exec(header)?.[1];
  const known = `${Object.keys(TYPES).join(', ')}`;
  if (type === undefined) {
    throw new DataError(path, `found no single type of numbers in the header, expected one of ${known}`);
  }
  if (type.endsWith('O')) {
    throw new DataError(path, `found Python objects (a pickle), which are never loaded, expected one of ${known}`);
  }
  if (!/^[<>|=]/.test(type) || TYPES[type.slice(1)] === undefined) {
    throw new DataError(path, `found numbers of the type "${type}", expected one of ${known}. Save x.astype('f4').`);
  }
  return type;
}

function shapeOf(path: string, header: string): Shape {
  const text = /'shape':\s*\(([\d,\s]{0,200})\)/.exec(header)?.[1];
  const shape = text?.split(',').flatMap((length) => (length.trim() === '' ? [] : [Number(length)]));
  if (shape === undefined || shape.length > MAX_DIMENSIONS || !Number.isSafeInteger(sizeOf(shape))) {
    throw new DataError(path, `found no shape in the header, expected one of at most ${MAX_DIMENSIONS} axes`);
  }
  return shape;
}

function isColumnMajor(path: string, header: string): boolean {
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  if (order === undefined) throw new DataError(path, 'found no order of axes in the header, expected fortran_order');
  return order === 'True';
}

/** From the order in which the first axis runs fastest to that in which the last does. */
function inRowOrder<Numbers extends NumberArray['data']>(data: Numbers, shape: Shape): Numbers {
  const steps = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const ordered = data.slice() as Numbers;
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]) * steps[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    ordered[i] = data[at];
  }
  return ordered;
}

/** Source: IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
