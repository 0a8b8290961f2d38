/** Batches of bytes are compressed for products with them, and for nothing else. */
import { describe, expect, it, vi } from 'vitest';
import type { Tensor } from '../../../src/core/tensor.js';
import { ByteBatches } from '../../../src/core/wasm/byte-batches.js';
import { dtypes, pictures, rowsOf, sparseKit } from './sparse-kit.js';

const [N, D, B] = [20, 12, 4];
const features = pictures(N * D, 0.3, 1);
const rowsAt = (step: number) => Int32Array.from({ length: B }, (_, b) => (step * 7 + b * 3) % N);
const scaling = { mean: 0, std: 255 };

describe.each(dtypes)('batches of bytes in %s', (dtype) => {
  function kit() {
    const { sparse, tensor, denseOf } = sparseKit(dtype);
    const spies = { read: vi.spyOn(sparse, 'read'), prefetch: vi.spyOn(sparse, 'prefetch') };
    const lookUp = vi.fn((x: Tensor, bytes: Uint8Array, rows: Int32Array) => {
      x.data.set(rowsOf(bytes, D, rows, scaling.std, dtype).data);
    });
    return { batches: new ByteBatches(sparse, lookUp), sparse, spies, lookUp, tensor, denseOf };
  }
  const expected = (step: number) => rowsOf(features, D, rowsAt(step), scaling.std, dtype).data;

  it('are dense rows where no product asks for them, and not compressed', () => {
    const { batches, spies, lookUp, tensor } = kit();
    const x = tensor(B, D);
    for (const step of [0, 1]) {
      batches.prefetch(x, features, rowsAt(step));
      expect(batches.read(x, features, rowsAt(step), scaling)).toBe(true);
      expect(lookUp).toHaveBeenCalledTimes(step);
      expect(x.data).toEqual(expected(step));
    }
    expect([spies.read, spies.prefetch].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });

  it('are sparse from the one on that a product asks for, and prefetched', () => {
    const { batches, spies, lookUp, tensor, denseOf } = kit();
    const x = tensor(B, D);
    for (const step of [0, 1, 2]) {
      const rows = rowsAt(step);
      batches.prefetch(x, features, rows);
      batches.read(x, features, rows, scaling);
      expect(denseOf(batches.csrOf(x), B, D)).toEqual(expected(step));
      expect(x.data).toEqual(expected(step));
    }
    expect(spies.prefetch).toHaveBeenCalledTimes(2);
    expect(lookUp).not.toHaveBeenCalled();
  });

  it('are dense from the moment when x.data is read, which may also write', () => {
    const { batches, tensor, denseOf } = kit();
    const x = tensor(B, D);
    batches.read(x, features, rowsAt(0), scaling);
    x.data[0] = 3;
    expect(batches.csrOf(x)).toBeUndefined();
    expect(x.data[0]).toBe(3);
    batches.read(x, features, rowsAt(1), scaling);
    expect(denseOf(batches.csrOf(x), B, D)).toEqual(expected(1));
  });

  it('of fewer rows, in the memory of the larger one, are for others to write', () => {
    const { batches, tensor } = kit();
    const part = { shape: [2, D], data: tensor(B, D).data.subarray(0, 2 * D) };
    expect(batches.read(part, features, rowsAt(0).subarray(0, 2), scaling)).toBe(false);
  });

  it('are not sparse when x was written by other means', () => {
    const { batches, sparse, tensor } = kit();
    const x = tensor(B, D);
    batches.read(x, features, rowsAt(0), scaling);
    sparse.forget(x);
    expect(batches.csrOf(x)).toBeUndefined();
    expect([...x.data]).toEqual(Array.from({ length: B * D }, () => 0));
  });
});
