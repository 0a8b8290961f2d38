import { exponential } from './exponential';
import { Float } from './float';
import { BYTES, LANES, bitsOf, firstLanes, highestLane, sumOfLanes } from './vector';

// @ts-ignore: decorator
@external('env', 'log')
declare function log(x: f64): f64;

/** A product between these can be multiplied with, or divided by, a number between them: a float64 has the range. */
const LOW: f64 = 1e-150;
const HIGH: f64 = 1e150;

/**
 * Returns the sum over the batch of -Σ t log(softmax(x) + epsilon); dx[B, C] = (softmax(x) - t) / B.
 *
 * Without an epsilon, -log softmax(x)[c] = log Σ exp(x - max) - (x[c] - max): no logarithm of a number that has rounded
 * to 0. Logarithms that count once, those of one-hot targets, are taken together: Σ log p = log Π p.
 */
export function softmaxCrossEntropy(dx: usize, x: usize, t: usize, B: i32, C: i32, epsilon: f64): f64 {
  const row = <usize>(C * BYTES);
  const whole = row & -16;
  const all = i32x4.splat(-1);
  const rest = firstLanes(C % LANES);
  const zero = v128.splat<Float>(0);
  const scale = v128.splat<Float>(<Float>(1.0 / <f64>B));
  let loss: f64 = 0;
  let product: f64 = 1;

  for (let b: i32 = 0; b < B; b++, x += row, t += row, dx += row) {
    let highest = v128.splat<Float>(load<Float>(x));
    for (let i: usize = 0; i < row; i += 16) {
      highest = v128.pmax<Float>(highest, v128.bitselect(v128.load(x + i), highest, i < whole ? all : rest));
    }
    const max = v128.splat<Float>(highestLane(highest));

    let sum = zero;
    let weight = zero;
    let told = zero;
    for (let i: usize = 0; i < row; i += 16) {
      const mask = i < whole ? all : rest;
      const below = v128.sub<Float>(v128.load(x + i), max);
      const e = exponential(below);
      // past the end of the row lies the next one, whose turn is yet to come
      v128.store(dx + i, e);
      sum = v128.add<Float>(sum, v128.and(e, mask));
      const target = v128.and(v128.load(t + i), mask);
      weight = v128.add<Float>(weight, target);
      // 0 times infinity is no number
      const counts = v128.ne<Float>(target, zero);
      told = v128.add<Float>(told, v128.and(v128.mul<Float>(target, below), counts));
    }
    const total = sumOfLanes(sum);
    if (epsilon == 0) {
      const times = sumOfLanes(weight);
      loss -= sumOfLanes(told);
      if (times == 1) product *= total;
      else loss += times * log(total);
    }

    const inverse = v128.splat<Float>(<Float>(1 / total));
    for (let i: usize = 0; i < row; i += 16) {
      const p = v128.mul<Float>(v128.load(dx + i), inverse);
      const target = v128.load(t + i);
      if (epsilon != 0) {
        v128.store(dx + i, p);
        let bits = bitsOf(v128.and(v128.ne<Float>(target, zero), i < whole ? all : rest));
        for (; bits; bits &= bits - 1) {
          const lane = i + <usize>(ctz(bits) * BYTES);
          const times = load<Float>(t + lane);
          const likely = <f64>load<Float>(dx + lane) + epsilon;
          if (times == 1 && likely > LOW) product /= likely;
          else loss -= <f64>times * log(likely);
        }
      }
      v128.store(dx + i, v128.mul<Float>(v128.sub<Float>(p, target), scale));
    }
    if (!(product > LOW && product < HIGH)) {
      loss += log(product);
      product = 1;
    }
  }
  return loss + log(product);
}
