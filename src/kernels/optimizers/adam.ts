import { Float } from '../math/float';
import { BYTES, storeTwo } from '../math/vector';
import { average, difference, gradientOf, quotient, times } from './update';

/**
 * means = beta1 * means + (1 - beta1) * g; squares = beta2 * squares + (1 - beta2) * g²;
 * value = value - rate * means / (growth * √squares + epsilon), where rate is divided by 1 - beta1ⁿ already, and
 * growth = 1 / √(1 - beta2ⁿ): a product is cheaper than a quotient.
 */
export function adam(
  value: usize, means: usize, squares: usize, gradient: usize, n: i32,
  scale: Float, weightDecay: Float, beta1: Float, oneMinusBeta1: Float, beta2: Float, oneMinusBeta2: Float,
  rate: Float, growth: Float, epsilon: Float,
): void {
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 32) {
    const w0 = v128.load(value + i);
    const w1 = v128.load(value + i, 16);
    const g0 = gradientOf(v128.load(gradient + i), w0, scale, weightDecay);
    const g1 = gradientOf(v128.load(gradient + i, 16), w1, scale, weightDecay);
    const m0 = average(v128.load(means + i), g0, beta1, oneMinusBeta1);
    const m1 = average(v128.load(means + i, 16), g1, beta1, oneMinusBeta1);
    const s0 = average(v128.load(squares + i), v128.mul<Float>(g0, g0), beta2, oneMinusBeta2);
    const s1 = average(v128.load(squares + i, 16), v128.mul<Float>(g1, g1), beta2, oneMinusBeta2);
    storeTwo(means + i, m0, m1);
    storeTwo(squares + i, s0, s1);
    const step0 = quotient(times(rate, m0), times(growth, v128.sqrt<Float>(s0)), epsilon);
    const step1 = quotient(times(rate, m1), times(growth, v128.sqrt<Float>(s1)), epsilon);
    storeTwo(value + i, difference(w0, step0), difference(w1, step1));
  }
}
