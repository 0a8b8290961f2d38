import { exponential } from './exponential';
import { Float } from './float';
import { BYTES } from './vector';

// @ts-ignore: decorator
@external('env', 'log')
declare function log(x: f64): f64;

/**
 * Returns the sum over the batch of -Σ t log(softmax(x) + epsilon); dx[B, C] = (softmax(x) - t) / B.
 *
 * Without an epsilon, -log softmax(x)[c] = log Σ exp(x - max) - (x[c] - max): no logarithm of a number that has rounded
 * to 0.
 */
export function softmaxCrossEntropy(dx: usize, x: usize, t: usize, B: i32, C: i32, epsilon: f64): f64 {
  const row = <usize>(C * BYTES);
  const end = <usize>B * row;
  let loss: f64 = 0;

  // x - max; what the loss wants of it is read before the exponential takes its place
  for (let i: usize = 0; i < end; i += row) {
    let max = load<Float>(x + i);
    for (let c = i + BYTES; c < i + row; c += BYTES) {
      const value = load<Float>(x + c);
      if (value > max) max = value;
    }
    for (let c = i; c < i + row; c += BYTES) {
      const below = load<Float>(x + c) - max;
      store<Float>(dx + c, below);
      const target = load<Float>(t + c);
      if (target != 0 && epsilon == 0) loss -= <f64>target * <f64>below; // 0 times infinity is no number
    }
  }

  for (let i: usize = 0; i < end; i += 16) v128.store(dx + i, exponential(v128.load(dx + i)));

  const scale = <Float>(1.0 / <f64>B);
  for (let i: usize = 0; i < end; i += row) {
    let sum: f64 = 0;
    let weight: f64 = 0;
    for (let c = i; c < i + row; c += BYTES) {
      sum += <f64>load<Float>(dx + c);
      weight += <f64>load<Float>(t + c);
    }
    if (epsilon == 0) loss += weight * log(sum);
    const inverse = <Float>(1 / sum);
    for (let c = i; c < i + row; c += BYTES) {
      const p = load<Float>(dx + c) * inverse;
      const target = load<Float>(t + c);
      if (target != 0 && epsilon != 0) loss -= <f64>target * log(<f64>p + epsilon);
      store<Float>(dx + c, (p - target) * scale);
    }
  }
  return loss;
}
