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
  const end = dx + <usize>B * row;
  // how far below the row's largest
  for (let o = dx, p = x; o < end; o += row, p += row) {
    let max = load<Float>(p);
    for (let c: usize = BYTES; c < row; c += BYTES) {
      const value = load<Float>(p + c);
      if (value > max) max = value;
    }
    for (let c: usize = 0; c < row; c += BYTES) store<Float>(o + c, load<Float>(p + c) - max);
  }

  let loss: f64 = 0;
  const scale = <Float>(1.0 / <f64>B);
  const batch = <usize>B * row;
  for (let i: usize = 0; i < batch; i += row) {
    // the loss of the right class wants the number below the largest, so it is read before the exponential takes its place
    let weight: f64 = 0;
    for (let c = i; c < i + row; c += BYTES) {
      const target = <f64>load<Float>(t + c);
      if (target != 0 && epsilon == 0) { // 0 times infinity is no number
        weight += target;
        loss -= target * <f64>load<Float>(dx + c);
      }
    }
    let sum: f64 = 0;
    for (let c = i; c < i + row; c += 16) {
      // a vector that reaches into the next row leaves it alone
      const e = exponential(v128.load(dx + c));
      if (c + 16 <= i + row) {
        v128.store(dx + c, e);
      } else {
        const left = <i32>(i + row - c);
        store<Float>(dx + c, v128.extract_lane<Float>(e, 0));
        if (left > BYTES) store<Float>(dx + c, v128.extract_lane<Float>(e, 1), BYTES);
        if (BYTES == 4 && left > 2 * BYTES) store<Float>(dx + c, v128.extract_lane<Float>(e, 2), 2 * BYTES);
      }
    }
    for (let c = i; c < i + row; c += BYTES) sum += <f64>load<Float>(dx + c);
    if (weight != 0) loss += weight * log(sum);
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
