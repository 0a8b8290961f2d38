/** The inner loops of products that keep one row of accumulators in registers (product.ts). */
import { Float } from '../math/float';
import { LANES, multiplyAdd, splatAt, storeFirst } from '../math/vector';
import { resultOf, storeTwoResults } from './accumulators';
import { ROW, vectorsIn } from './tiles';

/**
 * Whether one row has so many accumulators that none waits for its own last sum, in a loop that V8 compiles well: it unrolls
 * one of eleven, which then needs more registers than there are.
 */
export function goesByRow(vectors: i32): bool {
  return vectors == 7 || vectors > 11;
}

/**
 * For each of so many rows of x, a row of out, of `width` columns: the bias, or without one the numbers that out has, plus
 * Σ_k x(r, k) w(k) over `depth` rows of w, ROW bytes apart. The numbers in a row of x are `xColumn` bytes apart.
 */
export function productRows(
  out: usize,
  outRow: usize,
  rows: i32,
  bias: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  w: usize,
  depth: i32,
  width: i32,
): void {
  // the number of vectors is a constant in each of these, so that each becomes a loop of its own
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, out, outRow, rows, bias, x, xRow, xColumn, w, depth, width);
    case 12: return rowsOf(12, out, outRow, rows, bias, x, xRow, xColumn, w, depth, width);
    default: return rowsOf(7, out, outRow, rows, bias, x, xRow, xColumn, w, depth, width);
  }
}

/** N accumulators, all in registers while k runs; lines in the order that sparse/sparse-rows.ts explains. */
// @ts-ignore: decorator
@inline
function rowsOf(
  N: i32,
  out: usize,
  outRow: usize,
  rows: i32,
  bias: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  w: usize,
  depth: i32,
  width: i32,
): void {
  const tail = width - (N - 1) * LANES;
  const end = w + <usize>(depth * ROW);
  const outEnd = out + <usize>rows * outRow;
  for (let o = out; o < outEnd; o += outRow, x += xRow) {
    const zero = v128.splat<Float>(0);
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero;
    let a7 = zero, a8 = zero, a9 = zero, a10 = zero, a11 = zero, a12 = zero;
    let next = x;
    for (let p = w; p < end; p += ROW) {
      const factor = splatAt(next);
      if (N > 12) a12 = multiplyAdd(a12, factor, v128.load(p, 192));
      if (N > 11) a11 = multiplyAdd(a11, factor, v128.load(p, 176));
      if (N > 10) a10 = multiplyAdd(a10, factor, v128.load(p, 160));
      if (N > 9) a9 = multiplyAdd(a9, factor, v128.load(p, 144));
      if (N > 8) a8 = multiplyAdd(a8, factor, v128.load(p, 128));
      if (N > 7) a7 = multiplyAdd(a7, factor, v128.load(p, 112));
      a6 = multiplyAdd(a6, factor, v128.load(p, 96));
      a5 = multiplyAdd(a5, factor, v128.load(p, 80));
      a4 = multiplyAdd(a4, factor, v128.load(p, 64));
      a3 = multiplyAdd(a3, factor, v128.load(p, 48));
      a2 = multiplyAdd(a2, factor, v128.load(p, 32));
      a1 = multiplyAdd(a1, factor, v128.load(p, 16));
      a0 = multiplyAdd(a0, factor, v128.load(p));
      next += xColumn;
    }
    const begin = bias ? bias : o;
    storeTwoResults(o, begin, false, false, zero, a0, a1, tail);
    storeTwoResults(o + 32, begin + 32, false, false, zero, a2, a3, tail);
    storeTwoResults(o + 64, begin + 64, false, false, zero, a4, a5, tail);
    if (N > 7) storeTwoResults(o + 96, begin + 96, false, false, zero, a6, a7, tail);
    if (N > 7) storeTwoResults(o + 128, begin + 128, false, false, zero, a8, a9, tail);
    if (N > 7) storeTwoResults(o + 160, begin + 160, N == 12, false, zero, a10, a11, tail);
    if (N == 12) continue;
    const offset = <usize>((N - 1) * 16);
    storeFirst(o + offset, resultOf(begin + offset, false, zero, N == 7 ? a6 : a12), tail);
  }
}
