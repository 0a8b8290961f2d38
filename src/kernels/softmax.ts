import { exponential } from './exponential';
import { Float } from './float';
import { BYTES, bitsOf, firstLanes, highestLane, pairSums, storeFirst, sumOfLanes } from './vector';

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
 *
 * Three passes, since exponentials know of no rows: one takes its time, and those of many vectors go on side by side.
 */
export function softmaxCrossEntropy(dx: usize, x: usize, t: usize, B: i32, C: i32, epsilon: f64): f64 {
  const told = belowMaxima(dx, x, t, B, C);
  for (let p = dx; p < dx + <usize>(B * C * BYTES); p += 16) v128.store(p, exponential(v128.load(p)));
  const loss = slopes(dx, t, B, C, epsilon);
  return epsilon == 0 ? loss - told : loss;
}

/** The lanes of a vector at byte i that belong to a row of so many bytes, and not to the next one. */
// @ts-ignore: decorator
@inline
function within(i: usize, row: usize): v128 {
  return i + 16 <= row ? i32x4.splat(-1) : firstLanes(floatsFrom(i, row));
}

/** How many floats of a row there are from byte i on. */
// @ts-ignore: decorator
@inline
function floatsFrom(i: usize, row: usize): i32 {
  return <i32>(row - i) / BYTES;
}

/** dx = x - the highest number of its row; returns Σ t dx. */
function belowMaxima(dx: usize, x: usize, t: usize, B: i32, C: i32): f64 {
  const row = <usize>(C * BYTES);
  const zero = v128.splat<Float>(0);
  let told = f64x2.splat(0);
  for (let b: i32 = 0; b < B; b++, x += row, t += row, dx += row) {
    let highest = v128.splat<Float>(load<Float>(x));
    for (let i: usize = 0; i < row; i += 16) {
      highest = v128.pmax<Float>(highest, v128.bitselect(v128.load(x + i), highest, within(i, row)));
    }
    const max = v128.splat<Float>(highestLane(highest));

    let toldByRow = zero;
    for (let i: usize = 0; i < row; i += 16) {
      const below = v128.sub<Float>(v128.load(x + i), max);
      // past the end of the row lies the next one, whose turn is yet to come
      v128.store(dx + i, below);
      const target = v128.and(v128.load(t + i), within(i, row));
      // 0 times infinity is no number
      const counts = v128.ne<Float>(target, zero);
      toldByRow = v128.add<Float>(toldByRow, v128.and(v128.mul<Float>(target, below), counts));
    }
    told = f64x2.add(told, pairSums(toldByRow));
  }
  return f64x2.extract_lane(told, 0) + f64x2.extract_lane(told, 1);
}

/**
 * dx = (dx / Σ dx - t) / B, row by row. Returns the sum over the batch of Σ t log Σ dx; or, with an epsilon, of the whole
 * loss.
 */
function slopes(dx: usize, t: usize, B: i32, C: i32, epsilon: f64): f64 {
  const row = <usize>(C * BYTES);
  const zero = v128.splat<Float>(0);
  const scale = v128.splat<Float>(<Float>(1.0 / <f64>B));
  let loss: f64 = 0;
  let product: f64 = 1;

  for (let b: i32 = 0; b < B; b++, t += row, dx += row) {
    let sum = zero;
    let weight = zero;
    for (let i: usize = 0; i < row; i += 16) {
      const mask = within(i, row);
      sum = v128.add<Float>(sum, v128.and(v128.load(dx + i), mask));
      weight = v128.add<Float>(weight, v128.and(v128.load(t + i), mask));
    }
    const total = sumOfLanes(sum);
    if (epsilon == 0) {
      const times = sumOfLanes(weight);
      if (times == 1) product *= total;
      else loss += times * log(total);
    }

    const inverse = v128.splat<Float>(<Float>(1 / total));
    for (let i: usize = 0; i < row; i += 16) {
      const p = v128.mul<Float>(v128.load(dx + i), inverse);
      const target = v128.load(t + i);
      // not a byte of the next row: to read it soon after would be to wait until it has come to the cache
      const lanes = floatsFrom(i, row);
      if (epsilon != 0) {
        storeFirst(dx + i, p, lanes);
        let bits = bitsOf(v128.and(v128.ne<Float>(target, zero), within(i, row)));
        for (; bits; bits &= bits - 1) {
          const lane = i + <usize>(ctz(bits) * BYTES);
          const times = load<Float>(t + lane);
          const likely = <f64>load<Float>(dx + lane) + epsilon;
          if (times == 1 && likely > LOW) product /= likely;
          else loss -= <f64>times * log(likely);
        }
      }
      storeFirst(dx + i, v128.mul<Float>(v128.sub<Float>(p, target), scale), lanes);
    }
    if (!(product > LOW && product < HIGH)) {
      loss += log(product);
      product = 1;
    }
  }
  return loss + log(product);
}
