/**
 * A product whose left side is gathered: out(r, h) = begin(r, h) + Σ_k x(rows[r] + columns[k]) w(k, h), with two tables of offsets
 * in bytes. All three products of a convolution are such products, of x or of dout where they lie, and nothing is copied as by
 * im2col:
 *
 * | product | r | k | x | w |
 * | --- | --- | --- | --- | --- |
 * | forward | output pixel | tap (ky, kx, c) | x | W |
 * | by the weights | tap | output pixel | x | dout |
 * | by the input, before its columns are added (by-input.ts) | output pixel | filter | dout | Wᵀ |
 */
import { LANES, storeFirst } from '../math/vector';
import { ColumnTile, TILE_ROW_BYTES } from './column-tiles';
import { MAX_ROWS, block33, block42, block44, block82 } from './gather-block';

/** Bytes for the results of one block. */
export const BLOCK_BYTES: i32 = MAX_ROWS * TILE_ROW_BYTES;

/**
 * R rows of one tile of columns, whose rows of w lie side by side.
 *
 * Blocks among the first `whole` rows are stored whole: what they have behind the last column, and in rows from R on, is
 * overwritten too, so `out` must have room for it there, or be written later. Of other blocks only the results are stored.
 *
 * @param spare BLOCK_BYTES of memory
 */
export function gatherProduct(
  tile: ColumnTile,
  out: usize,
  outRow: usize,
  R: i32,
  whole: i32,
  begin: usize,
  beginRow: usize,
  x: usize,
  rows: usize,
  columns: usize,
  w: usize,
  depth: i32,
  spare: usize,
): void {
  const vectors = tile.vectors;
  const height = tile.rows;
  for (let r = 0; r < R; r += height) {
    const isWhole = r + height <= whole;
    const o = isWhole ? out : spare;
    const oRow = isWhole ? outRow : <usize>vectors << 4;
    if (vectors == 4) block44(o, oRow, begin, beginRow, x, rows, columns, w, depth);
    else if (vectors == 3) block33(o, oRow, begin, beginRow, x, rows, columns, w, depth);
    else if (height == 8) block82(o, oRow, begin, beginRow, x, rows, columns, w, depth);
    else block42(o, oRow, begin, beginRow, x, rows, columns, w, depth);
    if (!isWhole) {
      const last = min(height, R - r);
      for (let i = 0; i < last; i++) storeFloats(out + <usize>i * outRow, spare + <usize>i * oRow, tile.width);
    }
    rows += <usize>(height << 2);
    out += <usize>height * outRow;
    begin += <usize>height * beginRow;
  }
}

/** Copies so many floats, at least one. */
function storeFloats(to: usize, from: usize, count: i32): void {
  for (; count > LANES; count -= LANES, to += 16, from += 16) v128.store(to, v128.load(from));
  storeFirst(to, v128.load(from), count);
}
