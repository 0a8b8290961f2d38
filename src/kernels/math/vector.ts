import { FUSED, Float } from './float';

/** Bytes of a float. */
// @ts-ignore: decorator
@inline
export const BYTES: i32 = sizeof<Float>();

/** Floats in a vector, which has 16 bytes. */
// @ts-ignore: decorator
@inline
export const LANES: i32 = 16 / BYTES;

let stored: usize = 0;

/**
 * The same address, by way of a global. V8 would compute an address that is the same all through a loop again in every round;
 * what was loaded from a global it does not load twice.
 */
// @ts-ignore: decorator
@inline
export function computedOnce(address: usize): usize {
  stored = address;
  return stored;
}

/** sum + a b, rounded once where the machine has such an instruction. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return FUSED ? v128.relaxed_madd<Float>(a, b, sum) : multiplyThenAdd(sum, a, b);
}

/** sum + a b, never fused: the product is rounded, and then the sum. */
// @ts-ignore: decorator
@inline
export function multiplyThenAdd(sum: v128, a: v128, b: v128): v128 {
  return v128.add<Float>(sum, v128.mul<Float>(a, b));
}

/** A vector of one float, read from p. One instruction, where a load and a splat are two. */
// @ts-ignore: decorator
@inline
export function splatAt(p: usize): v128 {
  return BYTES == 4 ? v128.load32_splat(p) : v128.load64_splat(p);
}

/** The offset in bytes of the last of the vectors that hold so many floats. */
// @ts-ignore: decorator
@inline
export function lastVectorOf(floats: i32): usize {
  return <usize>((floats - 1) / LANES) << 4;
}

/** How many floats that vector holds. */
// @ts-ignore: decorator
@inline
export function countInLast(floats: i32): i32 {
  return ((floats - 1) % LANES) + 1;
}

/** All bits of the first `count` floats of a vector, and none of the others. */
// @ts-ignore: decorator
@inline
export function firstLanes(count: i32): v128 {
  return BYTES == 4
    ? i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
    : i64x2.lt_s(i64x2(0, 1), i64x2.splat(count));
}

/** The maximum of a vector's floats. */
// @ts-ignore: decorator
@inline
export function maxLane(vector: v128): Float {
  let highest = v128.pmax<Float>(vector, v128.shuffle<i64>(vector, vector, 1, 0));
  if (BYTES == 4) highest = v128.pmax<Float>(highest, v128.shuffle<i32>(highest, highest, 1, 0, 3, 2));
  return v128.extract_lane<Float>(highest, 0);
}

/** Two float64 that add up to a vector's floats. */
// @ts-ignore: decorator
@inline
export function pairSums(vector: v128): v128 {
  if (BYTES == 8) return vector;
  const upper = v128.shuffle<i64>(vector, vector, 1, 0);
  return f64x2.add(f64x2.promote_low_f32x4(vector), f64x2.promote_low_f32x4(upper));
}

/** The sum of a vector's floats, in float64. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(vector: v128): f64 {
  const pair = pairSums(vector);
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/**
 * Stores two vectors side by side. Both are complete before the first is stored: V8 makes one vector of two
 * (src/node/simd.ts) where such stores follow each other, and goes back from there over all that leads to them. It does not
 * look past another load between two that make a pair, unless all of them load whole vectors, or all are splats: so an
 * expression that loads coefficients begins when both of its vectors are loaded.
 */
// @ts-ignore: decorator
@inline
export function storeTwo(p: usize, first: v128, second: v128): void {
  v128.store(p, first);
  v128.store(p, second, 16);
}

/** Stores the first `count` floats of a vector, 1 to all of them. */
// @ts-ignore: decorator
@inline
export function storeFirst(p: usize, vector: v128, count: i32): void {
  if (count >= LANES) {
    v128.store(p, vector);
    return;
  }
  store<Float>(p, v128.extract_lane<Float>(vector, 0));
  if (BYTES == 8) return;
  if (count > 1) store<Float>(p, v128.extract_lane<Float>(vector, 1), 4);
  if (count > 2) store<Float>(p, v128.extract_lane<Float>(vector, 2), 8);
}
