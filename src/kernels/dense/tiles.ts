/**
 * A matrix in tiles of columns: the first tile's rows side by side, then the second's. A tile is as wide as its sums find
 * room in registers, and lies in one piece, where the rows of a large matrix would lie pages apart. Behind a tile's last
 * column there are zeros.
 */
import { BYTES, LANES, firstLanes, storeFirst } from '../math/vector';
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { Chunk, join, parallelFor } from '../threads/parallel';

/**
 * Vectors in a row of a narrow tile, at most. Where V8 unrolls a loop it loads all vectors of a round before the first
 * product: seven accumulators, a factor and seven vectors are as many as there are registers, and an eighth would spill.
 */
const NARROW: i32 = 7;

/**
 * In a wide one: thirteen accumulators, a factor, and one vector after the other, in a loop that is too large for V8 to
 * unroll. From eleven on it is; eight, nine and ten spill.
 */
const WIDE: i32 = 13;
const MIN_WIDE: i32 = 11;

/** Up to so many vectors a row takes few tiles: one wide tile, or up to three narrow ones. */
const FEW: i32 = 21;

/**
 * Bytes of a row of a tile, of either kind: a spare vector behind a wide row lets every row begin at a multiple of 32, where
 * two vectors taken as one (src/node/simd.ts) never lie in two cache lines.
 */
export const ROW: i32 = (WIDE + 1) * 16;

/** About so many rows of a tile make a band: 44 kB of a wide one, which the first cache holds, or nearly. */
export const BAND: i32 = 196;

/** Rows in a chunk. */
const ROWS: i32 = 256;

@unmanaged
class Arguments {
  tiles: usize;
  w: usize;
  R: i32;
  H: i32;
}

// @ts-ignore: decorator
@inline
function ceilDiv(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

/** How many vectors so many columns take. */
// @ts-ignore: decorator
@inline
export function vectorsIn(columns: i32): i32 {
  return ceilDiv(columns, LANES);
}

/** Whether H columns fit into one narrow tile. */
export function isNarrow(H: i32): bool {
  return vectorsIn(H) <= NARROW;
}

/** Whether H columns take few tiles. */
export function hasFewTiles(H: i32): bool {
  return vectorsIn(H) <= FEW;
}

/** How many tiles H columns take: wide ones if there are enough columns for all of them to be wide. */
export function tilesIn(H: i32): i32 {
  const vectors = vectorsIn(H);
  const wide = ceilDiv(vectors, WIDE);
  return vectors < wide * MIN_WIDE ? ceilDiv(vectors, NARROW) : wide;
}

/** Bytes of all tiles of a matrix [R, H]. */
export function bytesInTiles(R: i32, H: i32): i32 {
  return tilesIn(H) * R * ROW;
}

/** Where one tile of a matrix of R rows begins. */
// @ts-ignore: decorator
@inline
export function tileAt(tiles: usize, tile: i32, R: i32): usize {
  return tiles + <usize>tile * <usize>R * ROW;
}

/** The first of H columns that a tile has. The widths of tiles differ by a vector at the most. */
export function firstColumn(tile: i32, H: i32): i32 {
  return ceilDiv(vectorsIn(H) * tile, tilesIn(H)) * LANES;
}

/** How many of H columns a tile has. */
// @ts-ignore: decorator
@inline
export function widthOf(tile: i32, H: i32): i32 {
  return min(firstColumn(tile + 1, H), H) - firstColumn(tile, H);
}

/** tiles = w[R, H] */
export function tile(tiles: usize, w: usize, R: i32, H: i32): void {
  run(tileChunk, tiles, w, R, H);
}

/** w[R, H] = tiles */
export function untile(w: usize, tiles: usize, R: i32, H: i32): void {
  run(untileChunk, tiles, w, R, H);
}

function run(kernel: Chunk, tiles: usize, w: usize, R: i32, H: i32): void {
  join();
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.tiles = tiles;
  a.w = w;
  a.R = R;
  a.H = H;
  parallelFor(kernel, tilesIn(H) * ceilDiv(R, ROWS), R * H > 20_000);
}

function tileChunk(chunk: i32): void {
  copy(chunk, true);
}

function untileChunk(chunk: i32): void {
  copy(chunk, false);
}

/** Some rows of one tile, into it or out of it. */
// @ts-ignore: decorator
@inline
function copy(chunk: i32, into: bool): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const blocks = ceilDiv(a.R, ROWS);
  const tile = chunk / blocks;
  const first = (chunk % blocks) * ROWS;
  const rows = min(ROWS, a.R - first);
  const p = tileAt(a.tiles, tile, a.R) + <usize>(first * ROW);
  copyRows(p, columnsOf(a.w, first, tile, a.H), rows, tile, a.H, into);
}

/** Where a row of w[_, H] has its columns of a tile. */
// @ts-ignore: decorator
@inline
export function columnsOf(w: usize, row: i32, tile: i32, H: i32): usize {
  return w + <usize>((row * H + firstColumn(tile, H)) * BYTES);
}

/** Copies rows of a tile, which begin at `p`, from their columns of w[_, H], which begin at `w`; or the other way. */
// @ts-ignore: decorator
@inline
export function copyRows(p: usize, w: usize, rows: i32, tile: i32, H: i32, into: bool): void {
  const width = widthOf(tile, H);
  const stride = <usize>(H * BYTES);
  const whole = <usize>(width / LANES) << 4;
  const rest = width % LANES;
  const mask = firstLanes(rest);
  const end = p + <usize>(rows * ROW);
  for (; p < end; p += ROW, w += stride) {
    for (let i: usize = 0; i < whole; i += 16) {
      if (into) v128.store(p + i, v128.load(w + i));
      else v128.store(w + i, v128.load(p + i));
    }
    if (!rest) continue;
    if (into) v128.store(p + whole, v128.and(v128.load(w + whole), mask));
    else storeFirst(w + whole, v128.load(p + whole), rest);
  }
}
