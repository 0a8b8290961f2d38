/** Writing IDX files. */
import { viewOf } from '../bytes.js';
import type { IdxArray } from '../host.js';
import { formatShape, type Shape, sizeOf } from '../tensor.js';
import { headerBytes, MAX_DIMENSIONS } from './idx-header.js';

/**
 * Writes an IDX file: the bytes of one, raw, that `readIdx` and every other reader of the format takes.
 *
 * @param shape 1 to 4 lengths of at least 1.
 * @param data `sizeOf(shape)` numbers; its type becomes the type of the file.
 * @throws RangeError when the shape is not one, or does not fit the data.
 */
export function encodeIdx(shape: Shape, data: IdxArray['data']): Uint8Array<ArrayBuffer> {
  checkShape(shape, data.length);
  const start = headerBytes(shape.length);
  const bytes = new Uint8Array(start + data.byteLength);
  const view = viewOf(bytes);
  view.setUint8(2, typeCode(data));
  view.setUint8(3, shape.length);
  shape.forEach((length, axis) => {
    view.setUint32(headerBytes(axis), length);
  });
  if (data instanceof Uint8Array) {
    bytes.set(data, start);
  } else if (data instanceof Int32Array) {
    data.forEach((value, i) => {
      view.setInt32(start + i * data.BYTES_PER_ELEMENT, value);
    });
  } else if (data instanceof Float32Array) {
    data.forEach((value, i) => {
      view.setFloat32(start + i * data.BYTES_PER_ELEMENT, value);
    });
  } else {
    data.forEach((value, i) => {
      view.setFloat64(start + i * data.BYTES_PER_ELEMENT, value);
    });
  }
  return bytes;
}

function checkShape(shape: Shape, size: number): void {
  const isLength = (length: number): boolean => Number.isInteger(length) && length >= 1;
  if (shape.length < 1 || shape.length > MAX_DIMENSIONS || !shape.every(isLength)) {
    throw new RangeError(
      `found the shape ${formatShape(shape)}, expected 1 to ${MAX_DIMENSIONS} lengths of at least 1`,
    );
  }
  if (sizeOf(shape) !== size) {
    throw new RangeError(`found ${size} numbers, expected ${sizeOf(shape)} for the shape ${formatShape(shape)}`);
  }
}

function typeCode(data: IdxArray['data']): number {
  if (data instanceof Uint8Array) {
    return 8;
  }
  if (data instanceof Int32Array) return 12;
  return data instanceof Float32Array ? 13 : 14;
}
