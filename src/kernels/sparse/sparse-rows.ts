/**
 * The inner loops of products with sparse matrices (sparse-product.ts): for each sparse row a row of sums, all in registers
 * while its nonzeros go by. And the arguments that all of these products share.
 */
import { resultOf, storeTwoResults } from '../dense/accumulators';
import { ROW, vectorsIn } from '../dense/tiles';
import { Float } from '../math/float';
import { BYTES, LANES, multiplyAdd, storeFirst } from '../math/vector';
import { DEFERRED_ARGUMENTS, argumentsAt } from '../threads/layout';
import { join } from '../threads/parallel';
import { PACKED, rowOf, valueOf } from './csr';
import { UNPACKED, unpackedRow, unpackedValue } from './unpack';

/** A sparse matrix of R rows and K columns, times H columns of another one, or of a gradient. */
@unmanaged
export class Arguments {
  out: usize;
  /** The sums over the second halves of rows. */
  second: usize;
  starts: usize;
  middles: usize;
  ends: usize;
  table: usize;
  tiles: usize;
  K: i32;
  bias: usize;
  rate: Float;
  R: i32;
  H: i32;
  /** The rows of the group at hand: the first one, and the one behind the last. */
  first: i32;
  end: i32;
  bands: i32;
  /** The number of the call, another one for each group. */
  call: i32;
  /** The first half's columns, if they were transposed before; else 0 (sparse-transposed.ts). */
  columnStarts: usize;
  columnEnds: usize;
  /**
   * Of floats among many zeros: number (r, k) is at `floats` + r floatsRow + k floatsColumn, and row r has as many nonzeros
   * as number r of `counts` says. Else, of nonzeros of bytes, `floats` is 0.
   */
  floats: usize;
  floatsRow: usize;
  floatsColumn: usize;
  counts: usize;
}

// @ts-ignore: decorator
@inline
export function args(): Arguments {
  return argumentsAt<Arguments>(DEFERRED_ARGUMENTS);
}

/** Pointers to where one half of each row starts, and to where it ends. */
// @ts-ignore: decorator
@inline
export function startsOf(isSecond: bool): usize {
  return isSecond ? args().middles : args().starts;
}

// @ts-ignore: decorator
@inline
export function endsOf(isSecond: bool): usize {
  return isSecond ? args().ends : args().middles;
}

/** Joins the step before, and sets the arguments of the next product. */
export function setArguments(
  out: usize,
  starts: usize,
  middles: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  K: i32,
  bias: usize,
  rate: Float,
  R: i32,
  H: i32,
): void {
  join();
  const a = args();
  a.out = out;
  a.starts = starts;
  a.middles = middles;
  a.ends = ends;
  a.table = table;
  a.tiles = tiles;
  a.K = K;
  a.bias = bias;
  a.rate = rate;
  a.R = R;
  a.H = H;
  a.floats = 0;
}

// The number of vectors is a constant in each case of these, so that each becomes a loop of its own. They are functions
// of their own, too: how large a loop V8 unrolls depends on how many others it lies in. Where tiles are many, none is
// narrower than five vectors.

/** A row of out for each sparse row, which ends at the address `toEnd` bytes behind the word that has its start. */
export function packedProduct(
  out: usize,
  rows: i32,
  starts: usize,
  toEnd: usize,
  w: usize,
  bias: usize,
  width: i32,
): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, true, false, out, rows, starts, toEnd, w, bias, width);
    case 12: return rowsOf(12, true, false, out, rows, starts, toEnd, w, bias, width);
    case 11: return rowsOf(11, true, false, out, rows, starts, toEnd, w, bias, width);
    case 7: return rowsOf(7, true, false, out, rows, starts, toEnd, w, bias, width);
    case 6: return rowsOf(6, true, false, out, rows, starts, toEnd, w, bias, width);
    case 5: return rowsOf(5, true, false, out, rows, starts, toEnd, w, bias, width);
    case 4: return rowsOf(4, true, false, out, rows, starts, toEnd, w, bias, width);
    case 3: return rowsOf(3, true, false, out, rows, starts, toEnd, w, bias, width);
    case 2: return rowsOf(2, true, false, out, rows, starts, toEnd, w, bias, width);
    default: return rowsOf(1, true, false, out, rows, starts, toEnd, w, bias, width);
  }
}

/** A descent step of a row of out for each sparse row. */
export function packedDescend(out: usize, rows: i32, starts: usize, toEnd: usize, w: usize, width: i32): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, true, true, out, rows, starts, toEnd, w, 0, width);
    case 12: return rowsOf(12, true, true, out, rows, starts, toEnd, w, 0, width);
    case 11: return rowsOf(11, true, true, out, rows, starts, toEnd, w, 0, width);
    case 7: return rowsOf(7, true, true, out, rows, starts, toEnd, w, 0, width);
    case 6: return rowsOf(6, true, true, out, rows, starts, toEnd, w, 0, width);
    case 5: return rowsOf(5, true, true, out, rows, starts, toEnd, w, 0, width);
    default: return rowsOf(4, true, true, out, rows, starts, toEnd, w, 0, width);
  }
}

/** A row of out for each segment, which ends where the next one begins. */
export function unpackedProduct(out: usize, rows: i32, segments: usize, w: usize, bias: usize, width: i32): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, false, false, out, rows, segments, 4, w, bias, width);
    case 12: return rowsOf(12, false, false, out, rows, segments, 4, w, bias, width);
    case 11: return rowsOf(11, false, false, out, rows, segments, 4, w, bias, width);
    case 7: return rowsOf(7, false, false, out, rows, segments, 4, w, bias, width);
    default: return rowsOf(6, false, false, out, rows, segments, 4, w, bias, width);
  }
}

/** A descent step of a row of out for each segment. */
export function unpackedDescend(out: usize, rows: i32, segments: usize, w: usize, width: i32): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, false, true, out, rows, segments, 4, w, 0, width);
    case 12: return rowsOf(12, false, true, out, rows, segments, 4, w, 0, width);
    case 11: return rowsOf(11, false, true, out, rows, segments, 4, w, 0, width);
    case 7: return rowsOf(7, false, true, out, rows, segments, 4, w, 0, width);
    default: return rowsOf(6, false, true, out, rows, segments, 4, w, 0, width);
  }
}

/**
 * N vectors of accumulators in a row, for each sparse row, whose nonzeros lie between two addresses: the word at `segments`
 * has the first, the word `toEnd` bytes behind it the second, and those of the next row follow each. Sums are added to the
 * bias; without one, to the numbers that out has.
 *
 * The order of lines matters. V8 puts instructions into a block from its last one to its first, and a load only when all
 * loads behind it are in. With the last accumulator first in the loop, and last behind it, each load comes just before its
 * product, and all of them can use one register. In other orders all loads come before the first product, in a bunch.
 */
// @ts-ignore: decorator
@inline
function rowsOf(
  N: i32,
  packed: bool,
  descend: bool,
  out: usize,
  rows: i32,
  segments: usize,
  toEnd: usize,
  w: usize,
  bias: usize,
  width: i32,
): void {
  const a = args();
  const table = a.table;
  const rate = v128.splat<Float>(a.rate);
  const outRow = <usize>(descend ? ROW : a.H * BYTES);
  const outEnd = out + <usize>rows * outRow;
  const tail = descend ? LANES : width - (N - 1) * LANES;

  for (let o = out, segment = segments; o < outEnd; o += outRow, segment += 4) {
    let next = <usize>load<u32>(segment);
    const last = <usize>load<u32>(segment + toEnd);
    if (descend && next == last) continue;

    const zero = v128.splat<Float>(0);
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero;
    let a7 = zero, a8 = zero, a9 = zero, a10 = zero, a11 = zero, a12 = zero;
    while (next < last) {
      const nonzero = packed ? load<u32>(next) : 0;
      const factor = packed ? valueOf(table, nonzero) : unpackedValue(next);
      const p = packed ? rowOf(w, nonzero) : unpackedRow(w, next);
      if (N > 12) a12 = multiplyAdd(a12, factor, v128.load(p, 192));
      if (N > 11) a11 = multiplyAdd(a11, factor, v128.load(p, 176));
      if (N > 10) a10 = multiplyAdd(a10, factor, v128.load(p, 160));
      if (N > 9) a9 = multiplyAdd(a9, factor, v128.load(p, 144));
      if (N > 8) a8 = multiplyAdd(a8, factor, v128.load(p, 128));
      if (N > 7) a7 = multiplyAdd(a7, factor, v128.load(p, 112));
      if (N > 6) a6 = multiplyAdd(a6, factor, v128.load(p, 96));
      if (N > 5) a5 = multiplyAdd(a5, factor, v128.load(p, 80));
      if (N > 4) a4 = multiplyAdd(a4, factor, v128.load(p, 64));
      if (N > 3) a3 = multiplyAdd(a3, factor, v128.load(p, 48));
      if (N > 2) a2 = multiplyAdd(a2, factor, v128.load(p, 32));
      if (N > 1) a1 = multiplyAdd(a1, factor, v128.load(p, 16));
      a0 = multiplyAdd(a0, factor, v128.load(p));
      next += packed ? PACKED : UNPACKED;
    }
    const base = descend || !bias ? o : bias;
    if (N > 1) storeTwoResults(o, base, N == 2, descend, rate, a0, a1, tail);
    if (N > 3) storeTwoResults(o + 32, base + 32, N == 4, descend, rate, a2, a3, tail);
    if (N > 5) storeTwoResults(o + 64, base + 64, N == 6, descend, rate, a4, a5, tail);
    if (N > 7) storeTwoResults(o + 96, base + 96, false, descend, rate, a6, a7, tail);
    if (N > 9) storeTwoResults(o + 128, base + 128, false, descend, rate, a8, a9, tail);
    if (N > 11) storeTwoResults(o + 160, base + 160, N == 12, descend, rate, a10, a11, tail);
    if (N % 2 == 0) continue;
    const offset = <usize>((N - 1) * 16);
    const final = N == 1 ? a0 : N == 3 ? a2 : N == 5 ? a4 : N == 7 ? a6 : N == 11 ? a10 : a12;
    storeFirst(o + offset, resultOf(base + offset, descend, rate, final), tail);
  }
}
