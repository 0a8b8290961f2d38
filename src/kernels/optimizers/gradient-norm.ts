/** The two kernels that clip a gradient's norm. */
import { Float } from '../math/float';
import { BYTES, storeTwo } from '../math/vector';
import { args, end, first, loop } from '../threads/elementwise';

/** The sum of x², in float64: a float32 sum of a million squares would lose the last ones. */
export function sumOfSquares(x: usize, n: i32): f64 {
  const whole = n & ~3;
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i: i32 = 0; i < whole; i += 4) {
    const p = x + <usize>i * BYTES;
    const a = BYTES == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(p)) : v128.load(p);
    const b = BYTES == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(p, 8)) : v128.load(p, 16);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  let total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  // the rest one by one: the padding behind a tensor is not 0
  for (let i = whole; i < n; i++) {
    const value = <f64>load<Float>(x + <usize>i * BYTES);
    total += value * value;
  }
  return total;
}

/** value = factor * value */
export function scale(value: usize, factor: Float, n: i32): void {
  loop(scaleChunk, value, value, 0, factor, n);
}

function scaleChunk(chunk: i32): void {
  const value = args().out;
  const factor = v128.splat<Float>(args().scalar);
  const last = end(chunk);
  for (let i = first(chunk); i < last; i += 32) {
    const a = v128.mul<Float>(factor, v128.load(value + i));
    const b = v128.mul<Float>(factor, v128.load(value + i, 16));
    storeTwo(value + i, a, b);
  }
}
