import { Float } from '../math/float';
import { BYTES, LANES, firstLanes } from '../math/vector';

/**
 * rowCounts[R], columnCounts[K] = how many numbers of x[R, K] are not 0, in each row and in each column; returns how many in
 * all. A count takes as many bytes as a float.
 */
export function countFloats(rowCounts: usize, columnCounts: usize, x: usize, R: i32, K: i32): i32 {
  const row = <usize>(K * BYTES);
  const whole = <usize>(K / LANES) << 4;
  const rest = firstLanes(K % LANES);
  let all: i32 = 0;
  memory.fill(columnCounts, 0, row);
  for (let r = 0; r < R; r++, x += row) {
    let sums = i64x2.splat(0);
    for (let k: usize = 0; k < whole; k += 16) {
      sums = minus(sums, countNonzeros(columnCounts + k, v128.load(x + k)));
    }
    if (whole < row) sums = minus(sums, countNonzeros(columnCounts + whole, v128.and(v128.load(x + whole), rest)));
    const count = sumOfCounts(sums);
    store<u32>(rowCounts + <usize>(r * BYTES), count);
    all += count;
  }
  return all;
}

/** Count number i. */
// @ts-ignore: decorator
@inline
export function countAt(counts: usize, i: i32): u32 {
  return load<u32>(counts + <usize>(i * BYTES));
}

/** Counts what is not 0 among the numbers of a vector, and returns -1 for each of these. */
// @ts-ignore: decorator
@inline
function countNonzeros(counts: usize, numbers: v128): v128 {
  const found = v128.ne<Float>(numbers, v128.splat<Float>(0));
  v128.store(counts, minus(v128.load(counts), found));
  return found;
}

/** a - b of whole numbers as wide as floats. */
// @ts-ignore: decorator
@inline
function minus(a: v128, b: v128): v128 {
  return BYTES == 4 ? i32x4.sub(a, b) : i64x2.sub(a, b);
}

// @ts-ignore: decorator
@inline
function sumOfCounts(counts: v128): i32 {
  const halves = minus(counts, minus(i64x2.splat(0), v128.shuffle<i64>(counts, counts, 1, 0)));
  const first = i32x4.extract_lane(halves, 0);
  return BYTES == 4 ? first + i32x4.extract_lane(halves, 1) : first;
}
