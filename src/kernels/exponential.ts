import { BYTES } from './vector';

/**
 * exp(x) of a vector: x = n log 2 + r, so exp(x) = 2ⁿ (1 + q), where q = exp(r) - 1, and |r| ≤ ½ log 2 is small enough
 * for a few terms of the series: seven for a float32, twelve for a float64. Where the result would leave the range of
 * normal numbers it is held at the range's end; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  return BYTES == 4 ? exponential32(x, false) : exponential64(x, false);
}

/** exp(x) - 1, taken together as 2ⁿ q + (2ⁿ - 1): near x = 0 a difference of two numbers near 1 would lose its digits. */
// @ts-ignore: decorator
@inline
export function exponentialMinusOne(x: v128): v128 {
  return BYTES == 4 ? exponential32(x, true) : exponential64(x, true);
}

// @ts-ignore: decorator
@inline
function exponential32(x: v128, minusOne: bool): v128 {
  const held = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(87));
  // 1.5 2²³ has its last bit at 1: a number added to it is rounded, and stands in the last bits
  const rounded = f32x4.add(f32x4.mul(held, f32x4.splat(1.4426950408889634)), f32x4.splat(12582912));
  const n = f32x4.sub(rounded, f32x4.splat(12582912));
  // log 2 in two parts, the first with so few digits that n times it is exact
  const r = f32x4.sub(
    f32x4.sub(held, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-0.00021219444005469057)),
  );
  let sum = f32x4.splat(1.0 / 5040);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  const q = f32x4.mul(sum, r);
  // 2ⁿ is the float whose exponent bits are n + 127
  const power = i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
  return minusOne
    ? f32x4.add(f32x4.mul(q, power), f32x4.sub(power, f32x4.splat(1)))
    : f32x4.mul(f32x4.add(q, f32x4.splat(1)), power);
}

// @ts-ignore: decorator
@inline
function exponential64(x: v128, minusOne: bool): v128 {
  const held = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-708)), f64x2.splat(708));
  // as above, with 1.5 2⁵²
  const rounded = f64x2.add(f64x2.mul(held, f64x2.splat(1.4426950408889634)), f64x2.splat(6755399441055744));
  const n = f64x2.sub(rounded, f64x2.splat(6755399441055744));
  const r = f64x2.sub(
    f64x2.sub(held, f64x2.mul(n, f64x2.splat(0.6931471803691238))),
    f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)),
  );
  let sum = f64x2.splat(1.0 / 479001600);
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 39916800));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 3628800));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 362880));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 40320));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
  const q = f64x2.mul(sum, r);
  // 2ⁿ is the float whose exponent bits are n + 1023
  const power = i64x2.shl(i64x2.add(rounded, i64x2.splat(1023)), 52);
  return minusOne
    ? f64x2.add(f64x2.mul(q, power), f64x2.sub(power, f64x2.splat(1)))
    : f64x2.mul(f64x2.add(q, f64x2.splat(1)), power);
}
