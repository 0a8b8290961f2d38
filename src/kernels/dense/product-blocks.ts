/** The inner loops of products that keep a block of several rows of accumulators in registers (product.ts). */
import { FUSED } from '../math/float';
import { LANES, multiplyAdd, splatAt, storeFirst, storeTwo } from '../math/vector';
import { vectorsIn } from './tiles';

/** A multiple of the rows of every block. */
export const GROUP: i32 = 12;

/**
 * For each of so many rows of x, a row of out, of `width` columns: the bias, or without one the numbers that out has, plus
 * Σ_k x(r, k) w(k) over `depth` rows of w, `row` bytes apart. The numbers in a row of x are `xColumn` bytes apart.
 *
 * Four rows of two accumulators, with their factors, leave one register free, as do three of three where a product and a sum
 * are fused and need no register in between.
 */
export function productBlocks(
  out: usize,
  outRow: usize,
  rows: i32,
  bias: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  w: usize,
  row: usize,
  depth: i32,
  width: i32,
): void {
  if (FUSED && vectorsIn(width) == 3) {
    let r = 0;
    for (; r + 3 <= rows; r += 3) block(3, 3, r, out, outRow, bias, x, xRow, xColumn, w, row, depth, width);
    for (; r < rows; r++) block(1, 3, r, out, outRow, bias, x, xRow, xColumn, w, row, depth, width);
    return;
  }
  for (; width > 0; width -= 2 * LANES, w += 32, out += 32, bias += bias ? 32 : 0) {
    let r = 0;
    if (width > LANES) {
      for (; r + 4 <= rows; r += 4) block(4, 2, r, out, outRow, bias, x, xRow, xColumn, w, row, depth, width);
      for (; r < rows; r++) block(1, 2, r, out, outRow, bias, x, xRow, xColumn, w, row, depth, width);
    } else {
      for (; r + 4 <= rows; r += 4) block(4, 1, r, out, outRow, bias, x, xRow, xColumn, w, row, depth, width);
      for (; r < rows; r++) block(1, 1, r, out, outRow, bias, x, xRow, xColumn, w, row, depth, width);
    }
  }
}

/**
 * ROWS by N accumulators, all in registers while k runs. Both are constants, so that each of these becomes a loop of its own;
 * and inlined, since V8 unrolls only loops inside loops.
 */
// @ts-ignore: decorator
@inline
function block(
  ROWS: i32,
  N: i32,
  r: i32,
  out: usize,
  outRow: usize,
  bias: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  w: usize,
  row: usize,
  depth: i32,
  width: i32,
): void {
  out += <usize>r * outRow;
  const begin = bias ? bias : out;
  const beginRow = bias ? 0 : outRow;
  let a0 = v128.load(begin);
  let a1 = N > 1 ? v128.load(begin, 16) : a0;
  let a2 = N > 2 ? v128.load(begin, 32) : a0;
  let b0 = ROWS > 1 ? v128.load(begin + beginRow) : a0;
  let b1 = ROWS > 1 && N > 1 ? v128.load(begin + beginRow, 16) : a0;
  let b2 = ROWS > 1 && N > 2 ? v128.load(begin + beginRow, 32) : a0;
  let c0 = ROWS > 2 ? v128.load(begin + 2 * beginRow) : a0;
  let c1 = ROWS > 2 && N > 1 ? v128.load(begin + 2 * beginRow, 16) : a0;
  let c2 = ROWS > 2 && N > 2 ? v128.load(begin + 2 * beginRow, 32) : a0;
  let d0 = ROWS > 3 ? v128.load(begin + 3 * beginRow) : a0;
  let d1 = ROWS > 3 && N > 1 ? v128.load(begin + 3 * beginRow, 16) : a0;
  let xa = x + <usize>r * xRow;
  let xb = xa + xRow;
  let xc = xb + xRow;
  let xd = xc + xRow;
  const end = w + <usize>depth * row;
  for (; w < end; w += row) {
    const w0 = v128.load(w);
    const w1 = N > 1 ? v128.load(w, 16) : w0;
    const w2 = N > 2 ? v128.load(w, 32) : w0;
    const a = splatAt(xa);
    const b = ROWS > 1 ? splatAt(xb) : a;
    const c = ROWS > 2 ? splatAt(xc) : a;
    const d = ROWS > 3 ? splatAt(xd) : a;
    a0 = multiplyAdd(a0, a, w0);
    if (N > 1) a1 = multiplyAdd(a1, a, w1);
    if (N > 2) a2 = multiplyAdd(a2, a, w2);
    if (ROWS > 1) b0 = multiplyAdd(b0, b, w0);
    if (ROWS > 1 && N > 1) b1 = multiplyAdd(b1, b, w1);
    if (ROWS > 1 && N > 2) b2 = multiplyAdd(b2, b, w2);
    if (ROWS > 2) c0 = multiplyAdd(c0, c, w0);
    if (ROWS > 2 && N > 1) c1 = multiplyAdd(c1, c, w1);
    if (ROWS > 2 && N > 2) c2 = multiplyAdd(c2, c, w2);
    if (ROWS > 3) d0 = multiplyAdd(d0, d, w0);
    if (ROWS > 3 && N > 1) d1 = multiplyAdd(d1, d, w1);
    xa += xColumn;
    if (ROWS > 1) xb += xColumn;
    if (ROWS > 2) xc += xColumn;
    if (ROWS > 3) xd += xColumn;
  }
  storeRow(N, out, a0, a1, a2, width);
  if (ROWS > 1) storeRow(N, out + outRow, b0, b1, b2, width);
  if (ROWS > 2) storeRow(N, out + 2 * outRow, c0, c1, c2, width);
  if (ROWS > 3) storeRow(N, out + 3 * outRow, d0, d1, d1, width);
}

/** Stores as many columns as the tile is wide. */
// @ts-ignore: decorator
@inline
function storeRow(N: i32, out: usize, first: v128, second: v128, third: v128, width: i32): void {
  if (N == 2) v128.store(out, first);
  if (N == 3) storeTwo(out, first, second);
  storeFirst(out + <usize>((N - 1) << 4), N == 1 ? first : N == 2 ? second : third, width - (N - 1) * LANES);
}
