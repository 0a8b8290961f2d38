/** Matrices that live in tiles now and then: no read may see what is not current. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WasmTensor } from '../../../src/core/wasm/wasm-arena.js';
import { dtypes, sparseKit } from './sparse-kit.js';

/** Around the widths of narrow and wide tiles: 7 and 11 to 13 vectors of 4 or 2 numbers. */
const width = fc.constantFrom(1, 2, 3, 4, 7, 13, 14, 15, 27, 28, 29, 44, 52, 53, 85, 86, 100, 164, 320);
const height = fc.integer({ min: 1, max: 40 });

describe.each(dtypes)('tiled matrices in %s', (dtype) => {
  const { wasm, tiled, tensor, normal } = sparseKit(dtype);

  /** What lies in tiles, row by row. */
  const untiled = (tiles: number, { shape }: WasmTensor): WasmTensor => {
    const out = tensor(...shape);
    wasm.untile(out.pointer, tiles, shape[0], shape[1]);
    return out;
  };

  /** value = 2 value, in tiles. */
  const double = (matrix: WasmTensor) => {
    const numbers = tiled.numbersOf(matrix);
    if (numbers === undefined) return expect.fail('the tiles are current');
    wasm.scale(numbers.pointer, 2, numbers.count);
  };

  it('read into tiles and back, are what they were', () => {
    fc.assert(
      fc.property(height, width, (R, H) => {
        const matrix = normal(1, R, H);
        expect(untiled(tiled.read(matrix), matrix).data).toEqual(matrix.data);
        expect(tiled.numbersOf(matrix)).toBeUndefined(); // its rows still count
      }),
    );
  });

  it('that are updated in tiles are copied back when their data is read', () => {
    fc.assert(
      fc.property(height, width, (R, H) => {
        const matrix = normal(2, R, H);
        const expected = matrix.data.map((value) => 2 * value);
        const tiles = tiled.update(matrix);
        double(matrix);
        expect(tiled.update(matrix)).toBe(tiles); // they are current: nothing is copied over them
        expect(tiled.read(matrix)).toBe(tiles);
        expect(matrix.data).toEqual(expected);
        expect(tiled.numbersOf(matrix)).toBeUndefined();
      }),
    );
  });

  it('have room for all their numbers, and zeros behind', () => {
    fc.assert(
      fc.property(height, width, (R, H) => {
        const matrix = tensor(R, H);
        matrix.data.fill(1);
        tiled.update(matrix);
        const numbers = tiled.numbersOf(matrix);
        if (numbers === undefined) return expect.fail('the tiles are current');
        expect(numbers.count).toBeGreaterThanOrEqual(R * H);
        expect(wasm.sumOfSquares(numbers.pointer, numbers.count)).toBe(R * H);
      }),
    );
  });

  it('written through tiles are what was written', () => {
    fc.assert(
      fc.property(height, width, (R, H) => {
        const [matrix, source] = [normal(3, R, H), normal(4, R, H)];
        tiled.write(matrix, (tiles) => wasm.tile(tiles, source.pointer, R, H));
        expect(matrix.data).toEqual(source.data);
      }),
    );
  });

  it('are the last that was written, in rows or in tiles', () => {
    const event = fc.constantFrom('read', 'update', 'double', 'look', 'write a row', 'overwrite', 'defer', 'another');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), width, (events, H) => {
        const R = 5;
        const matrix = normal(5, R, H);
        const another = normal(6, R + 1, H);
        const expected = matrix.data.slice();
        for (const what of events) {
          if (what === 'read') expect(untiled(tiled.read(matrix), matrix).data).toEqual(expected);
          if (what === 'update') tiled.update(matrix);
          if (what === 'another') tiled.read(another);
          if (what === 'look') expect(matrix.data).toEqual(expected);
          if (what === 'double') {
            tiled.update(matrix);
            double(matrix);
            for (let i = 0; i < expected.length; i++) expected[i] *= 2;
          }
          if (what === 'write a row') {
            matrix.data.fill(0.5, 0, H);
            expected.fill(0.5, 0, H);
          }
          if (what === 'defer') {
            // as a gradient is that is computed when it is read
            matrix.pending = () => matrix.data.fill(7);
            expected.fill(7);
          }
          if (what === 'overwrite') {
            // as a kernel does that overwrites all of it
            matrix.pending = undefined;
            matrix.data.fill(3);
            expected.fill(3);
          }
        }
        expect(matrix.data).toEqual(expected);
      }),
    );
  });
});
