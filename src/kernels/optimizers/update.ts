/**
 * What optimizers have in common. Each updates n weights in place, two vectors at a time; the last two may reach past the
 * end, into the room behind every buffer. In each, g = scale * gradient + decay * value.
 */
import { Float } from '../math/float';

/** scale * gradient + decay * w */
// @ts-ignore: decorator
@inline
export function slope(gradient: v128, w: v128, scale: Float, decay: Float): v128 {
  return sum(times(scale, gradient), times(decay, w));
}

/** momentum * velocity + g */
// @ts-ignore: decorator
@inline
export function velocityOf(velocity: v128, g: v128, momentum: Float): v128 {
  return sum(times(momentum, velocity), g);
}

/** A running average: smoothing * before + freshness * now */
// @ts-ignore: decorator
@inline
export function average(before: v128, now: v128, smoothing: Float, freshness: Float): v128 {
  return sum(times(smoothing, before), times(freshness, now));
}

/** step / (√squares + epsilon) */
// @ts-ignore: decorator
@inline
export function overRoot(step: v128, squares: v128, epsilon: Float): v128 {
  return quotient(step, v128.sqrt<Float>(squares), epsilon);
}

// @ts-ignore: decorator
@inline
export function times(factor: Float, vector: v128): v128 {
  return v128.mul<Float>(v128.splat<Float>(factor), vector);
}

// @ts-ignore: decorator
@inline
export function sum(a: v128, b: v128): v128 {
  return v128.add<Float>(a, b);
}

// @ts-ignore: decorator
@inline
export function difference(a: v128, b: v128): v128 {
  return v128.sub<Float>(a, b);
}

/** a / (b + epsilon) */
// @ts-ignore: decorator
@inline
export function quotient(a: v128, b: v128, epsilon: Float): v128 {
  return v128.div<Float>(a, sum(b, v128.splat<Float>(epsilon)));
}
