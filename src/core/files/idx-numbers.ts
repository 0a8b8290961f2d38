/** The numbers of IDX files: big-endian, of six types. */
import { viewOf } from '../bytes.js';
import type { IdxArray } from '../host.js';
import { sizeOf } from '../tensor.js';
import { headerBytes, type IdxHeader } from './idx-header.js';

interface NumberReader {
  readonly bytes: number;
  /** Whole numbers of 8 and 16 bits become 32 bits wide. */
  readonly array: Uint8ArrayConstructor | Int32ArrayConstructor | Float32ArrayConstructor | Float64ArrayConstructor;
  read(view: DataView, at: number): number;
}

const readers: Readonly<Record<IdxHeader['type'], NumberReader>> = {
  uint8: { bytes: 1, array: Uint8Array, read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, array: Int32Array, read: (view, at) => view.getInt8(at) },
  int16: { bytes: 2, array: Int32Array, read: (view, at) => view.getInt16(at) },
  int32: { bytes: 4, array: Int32Array, read: (view, at) => view.getInt32(at) },
  float32: { bytes: 4, array: Float32Array, read: (view, at) => view.getFloat32(at) },
  float64: { bytes: 8, array: Float64Array, read: (view, at) => view.getFloat64(at) },
};

/** Takes a file slice by slice, each of whole numbers, the first with the header before them. */
export interface IdxDecoder {
  deliver(slice: Uint8Array): void;
  end(): Promise<Omit<IdxArray, 'path'>>;
}

/** Decodes the numbers of any type. */
export function numbersOf({ type, shape }: IdxHeader): IdxDecoder {
  const { bytes, array, read } = readers[type];
  const data = new array(sizeOf(shape));
  let next = 0;
  let start = headerBytes(shape.length);
  return {
    deliver(slice) {
      if (data instanceof Uint8Array) {
        data.set(slice.subarray(start), next);
        next += slice.length - start;
      } else {
        const view = viewOf(slice);
        for (let at = start; at < slice.length; at += bytes) data[next++] = read(view, at);
      }
      start = 0;
    },
    end: async () => ({ shape, data, ...(bytes < data.BYTES_PER_ELEMENT && { numberBytes: bytes }) }),
  };
}
