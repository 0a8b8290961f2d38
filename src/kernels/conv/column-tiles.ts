/**
 * How the columns of a gathered product are cut: into tiles as wide as a block has vectors (gather-block.ts). Which there are is
 * planned by src/core/wasm/convolution.ts. All are full but the first, which may have fewer columns than its vectors have
 * room for: then its last vectors hold the first columns of the next tile too, and whoever stores them stores these later.
 */
import { Float } from '../math/float';
import { BYTES, LANES } from '../math/vector';

/** A list in memory: how many tiles, then the tiles. */
@unmanaged
export class ColumnTiles {
  count: i32;
}

@unmanaged
export class ColumnTile {
  /** The first column, counted in bytes, and how many columns it has. */
  offset: i32;
  width: i32;
  /** What a block of it has: 2, 3 or 4 vectors, and 3, 4 or 8 rows. */
  vectors: i32;
  rows: i32;
}

// @ts-ignore: decorator
@inline
export function tileOf(tiles: ColumnTiles, index: i32): ColumnTile {
  return changetype<ColumnTile>(changetype<usize>(tiles) + 4 + <usize>index * offsetof<ColumnTile>());
}

/** Bytes of a row of a tile. */
// @ts-ignore: decorator
@inline
export function rowBytes(tile: ColumnTile): usize {
  return <usize>tile.vectors << 4;
}

/** Bytes of a row of a tile, at most. */
export const TILE_ROW_BYTES: i32 = 4 * 16;

/** Copies the columns of a tile from `depth` rows of w, `wRow` bytes apart, side by side. Behind the last column is what follows it in memory. */
export function packTile(to: usize, tile: ColumnTile, w: usize, wRow: usize, depth: i32): void {
  const row = rowBytes(tile);
  const end = to + <usize>depth * row;
  for (w += tile.offset; to < end; to += row, w += wRow) {
    v128.store(to, v128.load(w));
    v128.store(to, v128.load(w, 16), 16);
    if (tile.vectors > 2) v128.store(to, v128.load(w, 32), 32);
    if (tile.vectors > 3) v128.store(to, v128.load(w, 48), 48);
  }
}

/** The same of the transposed matrix: a tile's columns are rows of w, `wRow` bytes apart, and its rows are `depth` columns. */
export function packTransposedTile(to: usize, tile: ColumnTile, w: usize, wRow: usize, depth: i32): void {
  const row = rowBytes(tile);
  const columns = tile.vectors * LANES;
  w += <usize>(tile.offset / BYTES) * wRow;
  for (let column = 0; column < columns; column++, to += BYTES, w += wRow) {
    const isThere = column < tile.width;
    for (let k = 0; k < depth; k++) {
      const p = to + <usize>k * row;
      if (BYTES == 4) store<u32>(p, isThere ? load<u32>(w + <usize>(k * BYTES)) : 0);
      else store<u64>(p, isThere ? load<u64>(w + <usize>(k * BYTES)) : 0);
    }
  }
}

/** sum[row] += the sums of the columns of a tile. */
export function addRows(sum: usize, w: usize, row: usize, depth: i32, isFirst: bool): void {
  const end = w + row * <usize>depth;
  for (let offset: usize = 0; offset < row; offset += 16) {
    let total = isFirst ? v128.splat<Float>(0) : v128.load(sum + offset);
    for (let p = w + offset; p < end; p += row) total = v128.add<Float>(total, v128.load(p));
    v128.store(sum + offset, total);
  }
}
