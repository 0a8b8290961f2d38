import { Float } from '../math/float';
import { BYTES, storeTwo } from '../math/vector';
import { difference, gradientOf, times, velocityOf } from './update';

/** velocity = momentum * velocity + g; value = value - rate * velocity */
export function momentum(
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
    storeTwo(value + i, difference(w0, times(rate, v0)), difference(w1, times(rate, v1)));
  }
}
