/** Batches as sparse matrices: which batch is in x, through all orders of reading, prefetching and looking. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../src/core/tensor.js';
import { dtypes, pictures, rowsOf, sparseKit, transposed } from './sparse-kit.js';

const size = fc.integer({ min: 1, max: 40 });
const seed = fc.nat(1_000_000);

describe.each(dtypes)('sparse batches in %s', (dtype) => {
  const { arena, wasm, sparse, tensor, denseOf } = sparseKit(dtype);

  it('are the rows of the data set, exactly, as a sparse matrix and as dense rows', () => {
    fc.assert(
      fc.property(size, size, size, fc.double({ min: 0, max: 0.7, noNaN: true }), seed, (N, D, B, density, at) => {
        const features = pictures(N * D, density, at);
        const rows = Int32Array.from({ length: B }, (_, b) => (b * 7 + at) % N);
        const expected = rowsOf(features, D, rows, 255, dtype);
        const x = tensor(B, D);
        expect(sparse.read(x, features, rows, 255)).toBe(true);
        const matrix = sparse.csrOf(x);
        const nonzeros = expected.data.filter((value) => value !== 0).length;
        if (nonzeros > 0.75 * B * D) expect(matrix).toBeUndefined();
        else {
          expect(matrix?.nonzeros).toBe(nonzeros);
          expect(denseOf(matrix, B, D)).toEqual(expected.data);
        }
        expect(x.data).toEqual(expected.data);
      }),
    );
  });

  it('are dense where more than three in four numbers are not 0', () => {
    const [B, D] = [4, 25];
    const x = tensor(B, D);
    const rows = Int32Array.of(0, 1, 2, 3);
    const isSparse = (nonzeros: number) => {
      sparse.read(
        x,
        Uint8Array.from({ length: B * D }, (_, i) => (i < nonzeros ? 9 : 0)),
        rows,
        1,
      );
      return sparse.csrOf(x) !== undefined;
    };
    expect([isSparse(0), isSparse(75), isSparse(76), isSparse(100)]).toEqual([true, true, false, false]);
  });

  it('are dense rows from the moment when x.data is read, which may also write', () => {
    const x = tensor(2, 3);
    sparse.read(x, Uint8Array.of(0, 5, 0, 0, 0, 7), Int32Array.of(1, 0), 1);
    x.data[0] = 3;
    expect(sparse.csrOf(x)).toBeUndefined();
    expect(sparse.transposeOf(x, 'all')).toBeUndefined();
    expect([...x.data]).toEqual([3, 0, 7, 0, 5, 0]);
  });

  it('are forgotten when x is written by other means', () => {
    const x = tensor(1, 3);
    sparse.read(x, Uint8Array.of(0, 5, 0), Int32Array.of(0), 1);
    sparse.forget(x);
    expect(sparse.csrOf(x)).toBeUndefined();
    expect([...x.data]).toEqual([0, 0, 0]); // nothing is written any more
    sparse.forget(tensor(1, 3)); // nothing was ever read into it
  });

  it('of fewer rows, in the memory of the larger one, are dense at once', () => {
    const features = pictures(8 * 5, 0.3, 1);
    const whole = tensor(4, 5);
    const part = { shape: [2, 5], data: whole.data.subarray(0, 10) };
    for (const at of [0, 4]) {
      const [four, two] = [Int32Array.of(0, 1, 2, 3), Int32Array.of(6, 7)].map((rows) =>
        rows.map((row) => (row + at) % 8),
      );
      sparse.read(part, features, two, 1);
      expect(part.data).toEqual(rowsOf(features, 5, two, 1, dtype).data);
      expect([sparse.csrOf(part), sparse.csrOf(whole)]).toEqual([undefined, undefined]);
      sparse.read(whole, features, four, 1);
      expect(sparse.csrOf(part)).toBeUndefined();
      expect(denseOf(sparse.csrOf(whole), 4, 5)).toEqual(rowsOf(features, 5, four, 1, dtype).data);
    }
  });

  it('are compressed in pieces where the data set is large', () => {
    const [N, D] = [5000, 3];
    const features = pictures(N * D, 0.4, 2);
    const rows = Int32Array.of(0, 2047, 2048, 2049, 4095, 4096, 4999);
    const x = tensor(rows.length, D);
    sparse.read(x, features, rows, 1);
    expect(x.data).toEqual(rowsOf(features, D, rows, 1, dtype).data);
  });

  it('are refused where a nonzero could not name what it is: floats, too many columns, too many rows', () => {
    const most = wasm.MAX_COLUMNS.value;
    const read = (B: number, D: number, features: ArrayLike<number>) =>
      sparse.read(tensor(B, D), features, new Int32Array(B), 1);
    expect(read(1, 3, Float32Array.of(0, 0, 1))).toBe(false);
    expect(read(1, most + 1, new Uint8Array(most + 1))).toBe(false);
    expect(read(most + 1, 1, new Uint8Array(1))).toBe(false);
    expect(read(1, most, new Uint8Array(most))).toBe(true);
    expect(read(most, 1, new Uint8Array(1))).toBe(true);
  });

  it('name the last column that they may have', () => {
    const D = wasm.MAX_COLUMNS.value;
    const x = tensor(1, D);
    const features = new Uint8Array(D);
    features[D - 1] = 255;
    sparse.read(x, features, Int32Array.of(0), 1);
    expect(x.data.at(-1)).toBe(255);
    expect(x.data.indexOf(255)).toBe(D - 1);
  });

  /** What may happen to x between two batches. */
  const [N, D, B] = [30, 17, 5];
  const features = pictures(N * D, 0.3, 3);
  const batches = Array.from({ length: 6 }, (_, i) => Int32Array.from({ length: B }, (_, b) => (i * 11 + b * 5) % N));
  const event = fc.record({
    what: fc.constantFrom('prefetch', 'read', 'csr', 'transpose', 'first half', 'look', 'forget', 'other x'),
    batch: fc.nat(batches.length - 1),
  });

  it('are the last that was read, whatever was prefetched, transposed or looked at before', () => {
    const other = tensor(3, D);
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const x = tensor(B, D);
        let expected: Tensor | undefined; // undefined, too, where the batch was forgotten
        let isSparse = false;
        for (const { what, batch } of events) {
          const rows = batches[batch];
          if (what === 'prefetch') sparse.prefetch(x, features, rows);
          else if (what === 'other x') sparse.read(other, features, rows.subarray(0, 3), 1);
          else if (what === 'read') {
            sparse.read(x, features, rows, 1);
            expected = rowsOf(features, D, rows, 1, dtype);
            isSparse = true;
          } else if (what === 'forget') {
            sparse.forget(x);
            [expected, isSparse] = [undefined, false];
          } else if (what === 'look') {
            if (expected !== undefined) expect(x.data).toEqual(expected.data);
            isSparse = false;
          } else if (expected === undefined || !isSparse) {
            expect([sparse.csrOf(x), sparse.transposeOf(x, 'all')]).toEqual([undefined, undefined]);
          } else if (what === 'csr') expect(denseOf(sparse.csrOf(x), B, D)).toEqual(expected.data);
          else if (what === 'first half') expect(sparse.transposeOf(x, 'first half')).toBeDefined();
          else expect(denseOf(sparse.transposeOf(x, 'all'), D, B)).toEqual(transposed(expected, dtype).data);
        }
        if (expected !== undefined) expect(x.data).toEqual(expected.data);
      }),
    );
  });

  it('are read again and again from an array whose numbers change, in the memory of the first time', () => {
    const x = tensor(B, D);
    const changing = features.slice();
    sparse.read(x, changing, Int32Array.from(batches[0]), 1);
    const { byteLength } = arena.memory.buffer;
    for (let time = 0; time < 600; time++) {
      changing.fill(time % 9, 0, D);
      sparse.changed(changing);
      sparse.read(x, changing, Int32Array.from(batches[0]), 1);
    }
    // 600 times 2048 images of 17 bytes would be 20 MB; the arena grows by 4 MB at a time
    expect(arena.memory.buffer.byteLength - byteLength).toBeLessThan(2 ** 23);
    expect(denseOf(sparse.csrOf(x), B, D)).toEqual(rowsOf(changing, D, batches[0], 1, dtype).data);
  });

  it('stay right while the memory grows', () => {
    const x = tensor(B, D);
    sparse.read(x, features, batches[0], 1);
    arena.reserve(8_000_000);
    expect(denseOf(sparse.csrOf(x), B, D)).toEqual(rowsOf(features, D, batches[0], 1, dtype).data);
  });
});
