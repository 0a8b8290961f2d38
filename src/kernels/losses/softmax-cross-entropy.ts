import { exponential } from '../math/exponential';
import { Float } from '../math/float';
import {
  BYTES,
  countInLast,
  firstLanes,
  lastVectorOf,
  maxLane,
  pairSums,
  storeFirst,
  storeTwo,
  sumOfLanes,
} from '../math/vector';

// @ts-ignore: decorator
@external('env', 'log')
declare function log(x: f64): f64;

/** A product between these may be multiplied with, or divided by, another number between them: a float64 has the range. */
const LOW: f64 = 1e-150;
const HIGH: f64 = 1e150;

/**
 * Returns the sum over the batch of -Σ t log(softmax(x) + epsilon); dx[B, C] = (softmax(x) - t) / B.
 *
 * Without an epsilon, -log softmax(x)[c] = log Σ exp(x - max) - (x[c] - max): no logarithm of a number that has rounded
 * to 0. Logarithms with a weight of 1, those of one-hot targets, are taken together: Σ log p = log Π p.
 *
 * Three passes: an exponential takes long, and those of many vectors run side by side if a loop is not interrupted by rows.
 */
export function softmaxCrossEntropy(dx: usize, x: usize, t: usize, B: i32, C: i32, epsilon: f64): f64 {
  const weighted = subtractMaxima(dx, x, t, B, C);
  const end = <usize>(B * C * BYTES);
  // by i, not by a pointer: from that the compiler would read b only after constants, and V8 would pair nothing
  for (let i: usize = 0; i < end; i += 32) {
    const a = v128.load(dx + i);
    const b = v128.load(dx + i, 16);
    storeTwo(dx + i, exponential(a), exponential(b));
  }
  const loss = gradients(dx, t, B, C, epsilon);
  return epsilon == 0 ? loss - weighted : loss;
}

/** dx = x - the maximum of its row; returns Σ t dx. */
function subtractMaxima(dx: usize, x: usize, t: usize, B: i32, C: i32): f64 {
  const row = <usize>(C * BYTES);
  const last = lastVectorOf(C);
  const lanes = firstLanes(countInLast(C));
  let weighted = f64x2.splat(0);
  for (let b: i32 = 0; b < B; b++, x += row, t += row, dx += row) {
    let highest = v128.bitselect(v128.load(x + last), v128.splat<Float>(load<Float>(x)), lanes);
    for (let i: usize = 0; i < last; i += 16) highest = v128.pmax<Float>(highest, v128.load(x + i));
    const max = v128.splat<Float>(maxLane(highest));

    let weightedInRow = v128.splat<Float>(0);
    for (let i: usize = 0; i < last; i += 16) {
      const difference = v128.sub<Float>(v128.load(x + i), max);
      v128.store(dx + i, difference);
      weightedInRow = v128.add<Float>(weightedInRow, weightedBy(v128.load(t + i), difference));
    }
    const difference = v128.sub<Float>(v128.load(x + last), max);
    // this may overwrite the beginning of the next row of dx, which is computed after it
    v128.store(dx + last, difference);
    weightedInRow = v128.add<Float>(weightedInRow, weightedBy(v128.and(v128.load(t + last), lanes), difference));
    weighted = f64x2.add(weighted, pairSums(weightedInRow));
  }
  return f64x2.extract_lane(weighted, 0) + f64x2.extract_lane(weighted, 1);
}

/** t dx, and 0 where t is 0: 0 times infinity is NaN. */
// @ts-ignore: decorator
@inline
function weightedBy(target: v128, difference: v128): v128 {
  return v128.and(v128.mul<Float>(target, difference), v128.ne<Float>(target, v128.splat<Float>(0)));
}

/**
 * dx = (dx / Σ dx - t) / B, row by row. Returns the sum over the batch of Σ t log Σ dx; or, with an epsilon, of the whole
 * loss.
 */
function gradients(dx: usize, t: usize, B: i32, C: i32, epsilon: f64): f64 {
  const row = <usize>(C * BYTES);
  const last = lastVectorOf(C);
  const lanes = firstLanes(countInLast(C));
  const scale = v128.splat<Float>(<Float>(1.0 / <f64>B));
  let loss: f64 = 0;
  let product: f64 = 1;

  for (let b: i32 = 0; b < B; b++, t += row, dx += row) {
    let sum = v128.and(v128.load(dx + last), lanes);
    let weight = v128.and(v128.load(t + last), lanes);
    for (let i: usize = 0; i < last; i += 16) {
      sum = v128.add<Float>(sum, v128.load(dx + i));
      weight = v128.add<Float>(weight, v128.load(t + i));
    }
    const total = sumOfLanes(sum);
    if (epsilon == 0) {
      const times = sumOfLanes(weight);
      if (times == 1) product *= total;
      else loss += times * log(total);
    } else {
      for (let c: usize = 0; c < row; c += BYTES) {
        const times = <f64>load<Float>(t + c);
        if (times == 0) continue;
        const probability = <f64>load<Float>(dx + c) / total + epsilon;
        if (times == 1 && probability > LOW) product /= probability;
        else loss -= times * log(probability);
      }
    }

    const inverse = v128.splat<Float>(<Float>(1 / total));
    for (let i: usize = 0; i < last; i += 16) v128.store(dx + i, gradientOf(dx + i, t + i, inverse, scale));
    // not a byte of the next row: to read it soon after the store would be to wait for the store
    storeFirst(dx + last, gradientOf(dx + last, t + last, inverse, scale), countInLast(C));
    if (!(product > LOW && product < HIGH)) {
      loss += log(product);
      product = 1;
    }
  }
  return loss + log(product);
}

/** (dx / Σ dx - t) / B */
// @ts-ignore: decorator
@inline
function gradientOf(dx: usize, t: usize, inverse: v128, scale: v128): v128 {
  return v128.mul<Float>(v128.sub<Float>(v128.mul<Float>(v128.load(dx), inverse), v128.load(t)), scale);
}
