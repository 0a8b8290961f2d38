import { Float } from './float';
import { BYTES } from './vector';

/**
 * out = 1 / (1 + exp(-x)), float32 only: the polynomial is as exact as a float32, to about 1e-7, and no more.
 */
export function sigmoid(out: usize, x: usize, n: i32): void {
  const one = f32x4.splat(1);
  const end = <usize>n * 4;
  for (let i: usize = 0; i < end; i += 16) {
    const e = exponential(f32x4.neg(v128.load(x + i)));
    v128.store(out + i, f32x4.div(one, f32x4.add(one, e)));
  }
}

/** dx = dout y (1 - y), where y is what `sigmoid` wrote. */
export function sigmoidBackward(dx: usize, dout: usize, y: usize, n: i32): void {
  const one = v128.splat<Float>(1);
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 16) {
    const s = v128.load(y + i);
    v128.store(dx + i, v128.mul<Float>(v128.load(dout + i), v128.mul<Float>(s, v128.sub<Float>(one, s))));
  }
}

/**
 * exp(x) of four floats: x = n log 2 + r, so exp(x) = 2ⁿ exp(r), where |r| ≤ ½ log 2 is small enough for seven terms of
 * the series. Beyond ±87 the result is held at the ends of what a float32 can hold without denormals; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  const held = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(87));
  const n = f32x4.nearest(f32x4.mul(held, f32x4.splat(1.4426950408889634)));
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
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  // 2ⁿ is the float whose exponent bits are n + 127
  const exponent = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127));
  return f32x4.mul(sum, i32x4.shl(exponent, 23));
}
