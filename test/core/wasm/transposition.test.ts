/** A sparse batch by its columns: what gradients of wide layers are computed from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dtypes, pictures, rowsOf, sparseKit, transposed } from './sparse-kit.js';

const rowsUpTo = (B: number) => Int32Array.from({ length: B }, (_, b) => b);

describe.each(dtypes)('a transposed batch in %s', (dtype) => {
  const { sparse, tensor, denseOf } = sparseKit(dtype);

  /** Reads B rows of these features, and holds their transpose against a naive one. */
  const expectTransposed = (features: Uint8Array, B: number, D: number) => {
    const x = tensor(B, D);
    sparse.read(x, features, rowsUpTo(B), 255);
    expect(denseOf(sparse.transposeOf(x, 'all'), D, B)).toEqual(
      transposed(rowsOf(features, D, rowsUpTo(B), 255, dtype), dtype).data,
    );
  };

  it('has the nonzeros of each column', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.nat(1_000_000),
        (B, D, density, seed) => {
          const features = pictures(B * D, density, seed);
          if (features.filter((byte) => byte !== 0).length <= 0.75 * B * D) expectTransposed(features, B, D);
        },
      ),
    );
  });

  it.each([
    ['one row', 1, 784],
    ['one column', 50, 1],
    ['more rows than columns', 300, 20],
    ['as many rows as a batch of MNIST', 100, 784],
    ['columns that are no multiple of 16', 33, 801],
  ])('is right for %s', (_, B, D) => expectTransposed(pictures(B * D, 0.2, B), B, D));

  it('may have empty rows and columns, and full ones', () => {
    const [B, D] = [20, 40];
    const hits: ((b: number, d: number) => boolean)[] = [
      () => false,
      (b) => b === 0,
      (b) => b === B - 1,
      (_, d) => d === 0 || d === D - 1,
    ];
    for (const hit of hits) {
      const byteAt = (i: number) => (hit(Math.floor(i / D), i % D) ? 1 + (i % 255) : 0);
      expectTransposed(
        Uint8Array.from({ length: B * D }, (_, i) => byteAt(i)),
        B,
        D,
      );
    }
  });

  it('is made anew for each batch, beforehand from the second one on', () => {
    const [N, B, D] = [90, 30, 100];
    const features = pictures(N * D, 0.2, 1);
    const x = tensor(B, D);
    for (let step = 0; step < 9; step++) {
      const rows = Int32Array.from({ length: B }, (_, b) => (b * 7 + step * 13) % N);
      if (step % 3 !== 2) sparse.prefetch(x, features, rows); // now and then one comes without notice
      sparse.read(x, features, rows, 1);
      expect(denseOf(sparse.transposeOf(x, 'all'), D, B)).toEqual(
        transposed(rowsOf(features, D, rows, 1, dtype), dtype).data,
      );
    }
  });

  it('of the first half of the columns is the beginning of that of all, whichever was asked for first', () => {
    const [B, D, half] = [30, 784, 392]; // the first half has at least these
    const features = pictures(B * D, 0.2, 2);
    const x = tensor(B, D);
    const expected = transposed(rowsOf(features, D, rowsUpTo(B), 1, dtype), dtype).data;
    for (const order of [
      ['first half', 'all', 'first half'],
      ['all', 'first half'],
    ] as const) {
      sparse.read(x, features, rowsUpTo(B), 1);
      for (const wanted of order) {
        const rows = wanted === 'all' ? D : half;
        expect(denseOf(sparse.transposeOf(x, wanted), rows, B)).toEqual(expected.subarray(0, rows * B));
      }
    }
  });
});
