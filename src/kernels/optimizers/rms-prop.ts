import { Float } from '../math/float';
import { BYTES, storeTwo } from '../math/vector';
import { average, difference, gradientOf, overRoot, times } from './update';

/** squares = decay * squares + (1 - decay) * g²; value = value - rate * g / (√squares + epsilon) */
export function rmsProp(
  value: usize, squares: usize, gradient: usize, n: i32,
  scale: Float, weightDecay: Float, rate: Float, decay: Float, oneMinusDecay: Float, epsilon: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = gradientOf(v128.load(gradient + i), w0, scale, weightDecay);
    const g1 = gradientOf(v128.load(gradient + i, 16), w1, scale, weightDecay);
    const s0 = average(v128.load(squares + i), v128.mul<Float>(g0, g0), decay, oneMinusDecay);
    const s1 = average(v128.load(squares + i, 16), v128.mul<Float>(g1, g1), decay, oneMinusDecay);
    storeTwo(squares + i, s0, s1);
    const step0 = overRoot(times(rate, g0), s0, epsilon);
    const step1 = overRoot(times(rate, g1), s1, epsilon);
    storeTwo(value + i, difference(w0, step0), difference(w1, step1));
  }
}
