import { BYTES } from './vector';

/**
 * log(1 + u) of a vector, 0 ≤ u ≤ 1: with s = u / (2 + u), at most 1/3, it is 2 (s + s³/3 + s⁵/5 + ...), eight terms for
 * a float32, seventeen for a float64. Nothing cancels, however small u is. Source: Abramowitz and Stegun, 4.1.27.
 */
export function logarithmOfOnePlus(u: v128): v128 {
  return BYTES == 4 ? logarithm32(u) : logarithm64(u);
}

// @ts-ignore: decorator
@inline
function logarithm32(u: v128): v128 {
  const s = f32x4.div(u, f32x4.add(u, f32x4.splat(2)));
  const square = f32x4.mul(s, s);
  let sum = f32x4.splat(1.0 / 15);
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 13));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 11));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 9));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 7));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 5));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1.0 / 3));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(1));
  return f32x4.mul(f32x4.add(s, s), sum);
}

// @ts-ignore: decorator
@inline
function logarithm64(u: v128): v128 {
  const s = f64x2.div(u, f64x2.add(u, f64x2.splat(2)));
  const square = f64x2.mul(s, s);
  let sum = f64x2.splat(1.0 / 33);
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 31));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 29));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 27));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 25));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 23));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 21));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 19));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 17));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 15));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 13));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 11));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 9));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 7));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 5));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 3));
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1));
  return f64x2.mul(f64x2.add(s, s), sum);
}
