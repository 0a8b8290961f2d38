import { Float } from '../math/float';
import { BYTES, storeTwo } from '../math/vector';

// Updates of n weights, two vectors at a time, in place. The last two may reach past the end, into the room behind every
// buffer. In each, g = scale * gradient + decay * value.

/** velocity = momentum * velocity + g; value = value - rate * velocity */
export function momentum(
  value: usize, velocity: usize, gradient: usize, n: i32,
  scale: Float, decay: Float, rate: Float, momentum: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = slope(v128.load(gradient + i), w0, scale, decay);
    const g1 = slope(v128.load(gradient + i, 16), w1, scale, decay);
    const v0 = velocityOf(v128.load(velocity + i), g0, momentum);
    const v1 = velocityOf(v128.load(velocity + i, 16), g1, momentum);
    storeTwo(velocity + i, v0, v1);
    storeTwo(value + i, difference(w0, times(rate, v0)), difference(w1, times(rate, v1)));
  }
}

/** velocity = momentum * velocity + g; value = value - rate * (g + momentum * velocity) */
export function nesterov(
  value: usize, velocity: usize, gradient: usize, n: i32,
  scale: Float, decay: Float, rate: Float, momentum: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = slope(v128.load(gradient + i), w0, scale, decay);
    const g1 = slope(v128.load(gradient + i, 16), w1, scale, decay);
    const v0 = velocityOf(v128.load(velocity + i), g0, momentum);
    const v1 = velocityOf(v128.load(velocity + i, 16), g1, momentum);
    storeTwo(velocity + i, v0, v1);
    const step0 = times(rate, sum(g0, times(momentum, v0)));
    const step1 = times(rate, sum(g1, times(momentum, v1)));
    storeTwo(value + i, difference(w0, step0), difference(w1, step1));
  }
}

/** squares = squares + g²; value = value - rate * g / (√squares + epsilon) */
export function adaGrad(
  value: usize, squares: usize, gradient: usize, n: i32,
  scale: Float, decay: Float, rate: Float, epsilon: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = slope(v128.load(gradient + i), w0, scale, decay);
    const g1 = slope(v128.load(gradient + i, 16), w1, scale, decay);
    const s0 = sum(v128.load(squares + i), v128.mul<Float>(g0, g0));
    const s1 = sum(v128.load(squares + i, 16), v128.mul<Float>(g1, g1));
    storeTwo(squares + i, s0, s1);
    const step0 = overRoot(times(rate, g0), s0, epsilon);
    const step1 = overRoot(times(rate, g1), s1, epsilon);
    storeTwo(value + i, difference(w0, step0), difference(w1, step1));
  }
}

/** squares = smoothing * squares + freshness * g², freshness = 1 - smoothing; value = value - rate * g / (√squares + epsilon) */
export function rmsProp(
  value: usize, squares: usize, gradient: usize, n: i32,
  scale: Float, decay: Float, rate: Float, smoothing: Float, freshness: Float, epsilon: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = slope(v128.load(gradient + i), w0, scale, decay);
    const g1 = slope(v128.load(gradient + i, 16), w1, scale, decay);
    const s0 = average(v128.load(squares + i), v128.mul<Float>(g0, g0), smoothing, freshness);
    const s1 = average(v128.load(squares + i, 16), v128.mul<Float>(g1, g1), smoothing, freshness);
    storeTwo(squares + i, s0, s1);
    const step0 = overRoot(times(rate, g0), s0, epsilon);
    const step1 = overRoot(times(rate, g1), s1, epsilon);
    storeTwo(value + i, difference(w0, step0), difference(w1, step1));
  }
}

/**
 * means = beta1 * means + freshness1 * g; squares = beta2 * squares + freshness2 * g²;
 * value = value - rate * means / (growth * √squares + epsilon), where the rate already is divided by 1 - beta1ⁿ, and
 * growth = 1 / √(1 - beta2ⁿ): a product is cheaper than a quotient.
 */
export function adam(
  value: usize, means: usize, squares: usize, gradient: usize, n: i32,
  scale: Float, decay: Float, beta1: Float, freshness1: Float, beta2: Float, freshness2: Float,
  rate: Float, growth: Float, epsilon: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = slope(v128.load(gradient + i), w0, scale, decay);
    const g1 = slope(v128.load(gradient + i, 16), w1, scale, decay);
    const m0 = average(v128.load(means + i), g0, beta1, freshness1);
    const m1 = average(v128.load(means + i, 16), g1, beta1, freshness1);
    const s0 = average(v128.load(squares + i), v128.mul<Float>(g0, g0), beta2, freshness2);
    const s1 = average(v128.load(squares + i, 16), v128.mul<Float>(g1, g1), beta2, freshness2);
    storeTwo(means + i, m0, m1);
    storeTwo(squares + i, s0, s1);
    const step0 = quotient(times(rate, m0), times(growth, v128.sqrt<Float>(s0)), epsilon);
    const step1 = quotient(times(rate, m1), times(growth, v128.sqrt<Float>(s1)), epsilon);
    storeTwo(value + i, difference(w0, step0), difference(w1, step1));
  }
}

/** The sum of x², in float64: a sum of a million float32 squares would lose its last ones. */
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
  // The rest one by one: the room behind a buffer is not 0.
  for (let i = whole; i < n; i++) {
    const value = <f64>load<Float>(x + <usize>i * BYTES);
    total += value * value;
  }
  return total;
}

/** scale * gradient + decay * w */
// @ts-ignore: decorator
@inline
function slope(gradient: v128, w: v128, scale: Float, decay: Float): v128 {
  return sum(times(scale, gradient), times(decay, w));
}

/** momentum * velocity + g */
// @ts-ignore: decorator
@inline
function velocityOf(velocity: v128, g: v128, momentum: Float): v128 {
  return sum(times(momentum, velocity), g);
}

/** A running average: smoothing * before + freshness * now */
// @ts-ignore: decorator
@inline
function average(before: v128, now: v128, smoothing: Float, freshness: Float): v128 {
  return sum(times(smoothing, before), times(freshness, now));
}

/** step / (√squares + epsilon) */
// @ts-ignore: decorator
@inline
function overRoot(step: v128, squares: v128, epsilon: Float): v128 {
  return quotient(step, v128.sqrt<Float>(squares), epsilon);
}

// @ts-ignore: decorator
@inline
function times(factor: Float, vector: v128): v128 {
  return v128.mul<Float>(v128.splat<Float>(factor), vector);
}

// @ts-ignore: decorator
@inline
function sum(a: v128, b: v128): v128 {
  return v128.add<Float>(a, b);
}

// @ts-ignore: decorator
@inline
function difference(a: v128, b: v128): v128 {
  return v128.sub<Float>(a, b);
}

/** a / (b + epsilon) */
// @ts-ignore: decorator
@inline
function quotient(a: v128, b: v128, epsilon: Float): v128 {
  return v128.div<Float>(a, sum(b, v128.splat<Float>(epsilon)));
}
