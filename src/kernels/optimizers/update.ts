/**
 * What optimizers have in common. Each updates n weights in place, two vectors at a time; the last two may reach into
 * the padding behind every tensor. In each, g = scale * gradient + weightDecay * value.
 */
import { Float } from '../math/float';

/** scale * gradient + weightDecay * w */
// @ts-ignore: decorator
@inline
export function gradientOf(gradient: v128, w: v128, scale: Float, weightDecay: Float): v128 {
  return sum(times(scale, gradient), times(weightDecay, w));
}

/** momentum * velocity + g */
// @ts-ignore: decorator
@inline
export function velocityOf(velocity: v128, g: v128, momentum: Float): v128 {
  return sum(times(momentum, velocity), g);
}

/** A running average: decay * before + oneMinusDecay * now */
// @ts-ignore: decorator
@inline
export function average(before: v128, now: v128, decay: Float, oneMinusDecay: Float): v128 {
  return sum(times(decay, before), times(oneMinusDecay, now));
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
