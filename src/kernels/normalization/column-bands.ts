/**
 * Sums by column over many rows, on all threads: each band of rows has two sums a column of its own, in float64, which are added
 * in order. How many rows a band has depends on sizes alone, so the results do not depend on the number of threads.
 */
import { Float } from '../math/float';
import { BYTES, LANES } from '../math/vector';

/** How many bands there are at most. */
export const MAX_BANDS: i32 = 64;

/** Rows whose numbers are added in the kernels' own type of floats: their sum is added in float64. */
export const ROWS: i32 = 128;

/** Columns at a time: a cache line, and more of float64. */
export const COLUMNS: i32 = 4 * LANES;

/** Rows of a band: a multiple of ROWS. */
export function bandRows(R: i32): i32 {
  const most = (R + MAX_BANDS - 1) / MAX_BANDS;
  return ((most + ROWS - 1) / ROWS) * ROWS;
}

export function bandsIn(R: i32): i32 {
  return (R + bandRows(R) - 1) / bandRows(R);
}

/** Bytes of the two sums of all columns: the first sums, then the second, each with room for whole groups of COLUMNS. */
export function bandBytes(C: i32): i32 {
  return 2 * sumBytes(C);
}

function sumBytes(C: i32): i32 {
  return ((C + COLUMNS - 1) / COLUMNS) * COLUMNS * 8;
}

/** Where the sums of a vector of columns, the first or the second, of a band are. */
// @ts-ignore: decorator
@inline
export function sumAt(sums: usize, band: i32, isSecond: bool, column: i32, C: i32): usize {
  return sums + <usize>(band * bandBytes(C) + (isSecond ? sumBytes(C) : 0) + (column << 3));
}

/** Adds a vector of floats to as many float64. */
// @ts-ignore: decorator
@inline
export function addTo(p: usize, vector: v128): void {
  if (BYTES == 8) {
    v128.store(p, f64x2.add(v128.load(p), vector));
    return;
  }
  const upper = v128.shuffle<i64>(vector, vector, 1, 0);
  v128.store(p, f64x2.add(v128.load(p), f64x2.promote_low_f32x4(vector)));
  v128.store(p, f64x2.add(v128.load(p, 16), f64x2.promote_low_f32x4(upper)), 16);
}

/** The first or the second sum of a column over all bands, in float64. */
export function totalOf(sums: usize, isSecond: bool, column: i32, R: i32, C: i32): f64 {
  const bands = bandsIn(R);
  let total: f64 = 0;
  for (let band = 0; band < bands; band++) total += load<f64>(sumAt(sums, band, isSecond, column, C));
  return total;
}

// @ts-ignore: decorator
@inline
export function floatAt(p: usize, column: i32): f64 {
  return <f64>load<Float>(p + <usize>(column * BYTES));
}

// @ts-ignore: decorator
@inline
export function setFloat(p: usize, column: i32, value: f64): void {
  store<Float>(p + <usize>(column * BYTES), <Float>value);
}
