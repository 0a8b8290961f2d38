import { Float } from '../math/float';
import { BYTES, storeTwo } from '../math/vector';
import { difference, gradientOf, sum, times, velocityOf } from './update';

/** velocity = momentum * velocity + g; value = value - rate * (g + momentum * velocity) */
export function nesterov(
  value: usize, velocity: usize, gradient: usize, n: i32,
  scale: Float, weightDecay: Float, rate: Float, momentum: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = gradientOf(v128.load(gradient + i), w0, scale, weightDecay);
    const g1 = gradientOf(v128.load(gradient + i, 16), w1, scale, weightDecay);
    const v0 = velocityOf(v128.load(velocity + i), g0, momentum);
    const v1 = velocityOf(v128.load(velocity + i, 16), g1, momentum);
    storeTwo(velocity + i, v0, v1);
    const step0 = times(rate, sum(g0, times(momentum, v0)));
    const step1 = times(rate, sum(g1, times(momentum, v1)));
    storeTwo(value + i, difference(w0, step0), difference(w1, step1));
  }
}
