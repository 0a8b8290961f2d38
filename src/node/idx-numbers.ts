/** The types of IDX that idx-data does not read: whole numbers of 8 and 16 bits, and floats of 64. */
import type { IdxArray } from '../core/host.js';
import { sizeOf } from '../core/tensor.js';
import { headerBytes, type IdxHeader } from './idx-header.js';

type OtherType = 'int8' | 'int16' | 'float64';

const readers: Readonly<Record<OtherType, { readonly bytes: number; read(view: DataView, at: number): number }>> = {
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  int16: { bytes: 2, read: (view, at) => view.getInt16(at) },
  float64: { bytes: 8, read: (view, at) => view.getFloat64(at) },
};

export const isOther = (header: IdxHeader): header is IdxHeader & { readonly type: OtherType } =>
  Object.hasOwn(readers, header.type);

/** Decodes slices of whole numbers, the first with the header before them. Whole numbers become 32 bits wide. */
export function otherNumbers({ type, shape }: IdxHeader & { readonly type: OtherType }) {
  const { bytes, read } = readers[type];
  const data = new (type === 'float64' ? Float64Array : Int32Array)(sizeOf(shape));
  let next = 0;
  let start = headerBytes(shape.length);
  return {
    deliver(slice: Buffer): void {
      const view = new DataView(slice.buffer, slice.byteOffset, slice.length);
      for (let at = start; at < slice.length; at += bytes) data[next++] = read(view, at);
      start = 0;
    },
    end: async (): Promise<Omit<IdxArray, 'path'>> => ({ shape, data, numberBytes: bytes }),
  };
}
