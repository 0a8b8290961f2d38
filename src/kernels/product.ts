import { Float } from './float';
import { BYTES, LANES, multiplyAdd, splatAt, storeFirst } from './vector';

/**
 * out[R, H] = bias[H] + Σ_k x(r, k) w[k, H]
 *
 * x(r, k) stands at x + r * xRow + k * xColumn (bytes), so that one loop serves x W, dout Wᵀ and xᵀ dout. A bias of 0, no
 * pointer, counts as zeros. Reads may run up to 15 bytes past the end of w and bias.
 */
export function product(
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
): void {
  tiles(false, out, x, 0, 0, w, bias, R, K, H, xRow, xColumn);
}

/**
 * out[R, H] = bias[H] + Σ over the entries of row r: table[byte] w[place, H]
 *
 * Row r's entries, `place << 16 | byte`, are `counts[r]` words from the address in `lists[r]`. With the rows of x as lists
 * this is x W, places being columns; with the columns of x as lists it is xᵀ dout, places being rows.
 */
export function sparseProduct(
  out: usize,
  lists: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  R: i32,
  H: i32,
): void {
  tiles(true, out, lists, counts, table, w, bias, R, 0, H, 0, 0);
}

/**
 * Columns in tiles of up to seven vectors. A tile's sums stay in registers while the rows of w stream by: seven sums, a
 * factor and the vectors that are loaded are as many as the machine has; an eighth would spill, and halve the speed.
 */
// @ts-ignore: decorator
@inline
function tiles(
  sparse: bool,
  out: usize,
  x: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
): void {
  for (let column: i32 = 0; column < H; column += 7 * LANES) {
    const width = min(7 * LANES, H - column);
    const offset = <usize>(column * BYTES);
    const o = out + offset;
    const p = w + offset;
    const b = bias ? bias + offset : 0;
    // the number of vectors is a constant in each of these, so that each becomes a loop of its own
    const vectors = (width + LANES - 1) / LANES;
    if (vectors == 7) tile(7, sparse, o, x, counts, table, p, b, R, K, H, xRow, xColumn, width);
    else if (vectors == 6) tile(6, sparse, o, x, counts, table, p, b, R, K, H, xRow, xColumn, width);
    else if (vectors == 5) tile(5, sparse, o, x, counts, table, p, b, R, K, H, xRow, xColumn, width);
    else if (vectors == 4) tile(4, sparse, o, x, counts, table, p, b, R, K, H, xRow, xColumn, width);
    else if (vectors == 3) tile(3, sparse, o, x, counts, table, p, b, R, K, H, xRow, xColumn, width);
    else if (vectors == 2) tile(2, sparse, o, x, counts, table, p, b, R, K, H, xRow, xColumn, width);
    else tile(1, sparse, o, x, counts, table, p, b, R, K, H, xRow, xColumn, width);
  }
}

/** All rows of one tile of N vectors. Where x is sparse, `x` points to the lists. */
// @ts-ignore: decorator
@inline
function tile(
  N: i32,
  sparse: bool,
  out: usize,
  x: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
  width: i32,
): void {
  const stride = <usize>(H * BYTES);
  const zero = v128.splat<Float>(0);
  for (let r: i32 = 0; r < R; r++) {
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero;
    if (bias) {
      a0 = v128.load(bias);
      if (N > 1) a1 = v128.load(bias, 16);
      if (N > 2) a2 = v128.load(bias, 32);
      if (N > 3) a3 = v128.load(bias, 48);
      if (N > 4) a4 = v128.load(bias, 64);
      if (N > 5) a5 = v128.load(bias, 80);
      if (N > 6) a6 = v128.load(bias, 96);
    }

    const word = <usize>r << 2;
    const terms = sparse ? <i32>load<u32>(counts + word) : K;
    let next = sparse ? <usize>load<u32>(x + word) : x + <usize>r * xRow;
    let row = w;
    for (let k: i32 = 0; k < terms; k++) {
      const entry = sparse ? load<u32>(next) : 0;
      const factor = sparse ? splatAt(table + <usize>(entry & 0xffff) * BYTES) : splatAt(next);
      const p = sparse ? w + <usize>(entry >> 16) * stride : row;
      a0 = multiplyAdd(a0, factor, p);
      if (N > 1) a1 = multiplyAdd(a1, factor, p + 16);
      if (N > 2) a2 = multiplyAdd(a2, factor, p + 32);
      if (N > 3) a3 = multiplyAdd(a3, factor, p + 48);
      if (N > 4) a4 = multiplyAdd(a4, factor, p + 64);
      if (N > 5) a5 = multiplyAdd(a5, factor, p + 80);
      if (N > 6) a6 = multiplyAdd(a6, factor, p + 96);
      next += sparse ? 4 : xColumn;
      row += stride;
    }

    // every vector whole, but the last only as far as the tile is wide
    const o = out + <usize>r * stride;
    const tail = width - (N - 1) * LANES;
    if (N > 1) v128.store(o, a0);
    if (N > 2) v128.store(o, a1, 16);
    if (N > 3) v128.store(o, a2, 32);
    if (N > 4) v128.store(o, a3, 48);
    if (N > 5) v128.store(o, a4, 64);
    if (N > 6) v128.store(o, a5, 80);
    const last = N == 1 ? a0 : N == 2 ? a1 : N == 3 ? a2 : N == 4 ? a3 : N == 5 ? a4 : N == 6 ? a5 : a6;
    storeFirst(o + <usize>((N - 1) * 16), last, tail);
  }
}
