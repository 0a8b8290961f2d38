import { exponential } from './exponential';
import { Float } from './float';

/** σ(x) = 1 / (1 + exp(-x)) */
// @ts-ignore: decorator
@inline
export function logistic(x: v128): v128 {
  const one = v128.splat<Float>(1);
  return v128.div<Float>(one, v128.add<Float>(one, exponential(v128.neg<Float>(x))));
}
