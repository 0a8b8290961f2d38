/**
 * A matrix in tiles of columns: the first tile's rows side by side, then the second's. A tile is as wide as its sums find
 * room in registers, and lies in one piece, where the rows of a large matrix would lie pages apart. Numbers behind the
 * last column are 0.
 */
import { Float } from './float';
import { ARGUMENTS, share } from './parallel';
import { TILE as PACK, UNTILE as UNPACK } from './units';
import { BYTES, LANES, firstLanes, storeFirst } from './vector';

/**
 * Vectors in a row of a tile. Seven sums, a factor and the seven vectors that are loaded are as many as the machine has
 * registers, and an eighth would spill.
 */
const VECTORS: i32 = 7;
export const TILE: i32 = VECTORS * LANES;
/** Bytes of a row of a tile. */
export const ROW: i32 = VECTORS * 16;

/**
 * Up to so many tiles, each is one thread's: it finds the tile in its cache again in the next kernel, and in the next step.
 */
export const FEW_TILES: i32 = 2;

/** Rows in a unit. */
const ROWS: i32 = 256;

@unmanaged
class Arguments {
  tiles: usize;
  w: usize;
  R: i32;
  H: i32;
}

/** How many tiles H columns take. */
// @ts-ignore: decorator
@inline
export function tilesIn(H: i32): i32 {
  return (H + TILE - 1) / TILE;
}

/** Where one tile of a matrix of R rows begins. */
// @ts-ignore: decorator
@inline
export function tileAt(tiles: usize, tile: i32, R: i32): usize {
  return tiles + <usize>tile * <usize>R * ROW;
}

/** How many of H columns a tile has. */
// @ts-ignore: decorator
@inline
export function widthOf(tile: i32, H: i32): i32 {
  return min(TILE, H - tile * TILE);
}

/** How many vectors hold so many columns. */
// @ts-ignore: decorator
@inline
export function vectorsIn(width: i32): i32 {
  return (width + LANES - 1) / LANES;
}

/** tiles = w[R, H] */
export function tile(tiles: usize, w: usize, R: i32, H: i32): void {
  begin(PACK, tiles, w, R, H);
}

/** w[R, H] = tiles */
export function untile(w: usize, tiles: usize, R: i32, H: i32): void {
  begin(UNPACK, tiles, w, R, H);
}

function begin(kernel: i32, tiles: usize, w: usize, R: i32, H: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  a.tiles = tiles;
  a.w = w;
  a.R = R;
  a.H = H;
  share(kernel, tilesIn(H) * blocksIn(R), R * H > 20_000);
}

// @ts-ignore: decorator
@inline
function blocksIn(R: i32): i32 {
  return (R + ROWS - 1) / ROWS;
}

export function tileUnit(unit: i32): void {
  copy(unit, true);
}

export function untileUnit(unit: i32): void {
  copy(unit, false);
}

/** Some rows of one tile, into it or out of it. */
// @ts-ignore: decorator
@inline
function copy(unit: i32, into: bool): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const tile = unit / blocksIn(a.R);
  const first = (unit % blocksIn(a.R)) * ROWS;
  const width = widthOf(tile, a.H);
  const stride = <usize>(a.H * BYTES);
  const rows = tileAt(a.tiles, tile, a.R);
  let w = a.w + <usize>first * stride + <usize>(tile * TILE * BYTES);
  let p = rows + <usize>(first * ROW);
  const end = rows + <usize>(min(first + ROWS, a.R) * ROW);
  if (width == TILE) {
    for (; p < end; p += ROW, w += stride) {
      const to = into ? p : w;
      const from = into ? w : p;
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
      v128.store(to, v128.load(from, 64), 64);
      v128.store(to, v128.load(from, 80), 80);
      v128.store(to, v128.load(from, 96), 96);
    }
    return;
  }
  const whole = <usize>(width / LANES) << 4;
  const rest = width % LANES;
  const mask = firstLanes(rest);
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
