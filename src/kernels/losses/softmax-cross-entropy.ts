import { exponential } from '../math/exponential';
import { Float } from '../math/float';
import {
  BYTES,
  countInLast,
  firstLanes,
  highestLane,
  lastVectorOf,
  pairSums,
  storeFirst,
  storeTwo,
  sumOfLanes,
} from '../math/vector';

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
  const end = <usize>(B * C * BYTES);
  // by i, not by a pointer: from that the compiler would read b only after constants, and V8 would pair nothing
  for (let i: usize = 0; i < end; i += 32) {
    const a = v128.load(dx + i);
    const b = v128.load(dx + i, 16);
    storeTwo(dx + i, exponential(a), exponential(b));
  }
  const loss = slopes(dx, t, B, C, epsilon);
  return epsilon == 0 ? loss - told : loss;
}

/** dx = x - the highest number of its row; returns Σ t dx. */
function belowMaxima(dx: usize, x: usize, t: usize, B: i32, C: i32): f64 {
  const row = <usize>(C * BYTES);
  const last = lastVectorOf(C);
  const lanes = firstLanes(countInLast(C));
  let told = f64x2.splat(0);
  for (let b: i32 = 0; b < B; b++, x += row, t += row, dx += row) {
    let highest = v128.bitselect(v128.load(x + last), v128.splat<Float>(load<Float>(x)), lanes);
    for (let i: usize = 0; i < last; i += 16) highest = v128.pmax<Float>(highest, v128.load(x + i));
    const max = v128.splat<Float>(highestLane(highest));

    let toldByRow = v128.splat<Float>(0);
    for (let i: usize = 0; i < last; i += 16) {
      const below = v128.sub<Float>(v128.load(x + i), max);
      v128.store(dx + i, below);
      toldByRow = v128.add<Float>(toldByRow, toldBy(v128.load(t + i), below));
    }
    const below = v128.sub<Float>(v128.load(x + last), max);
    // past the end of the row lies the next one, whose turn is yet to come
    v128.store(dx + last, below);
    toldByRow = v128.add<Float>(toldByRow, toldBy(v128.and(v128.load(t + last), lanes), below));
    told = f64x2.add(told, pairSums(toldByRow));
  }
  return f64x2.extract_lane(told, 0) + f64x2.extract_lane(told, 1);
}

/** t dx, and 0 where t is 0: 0 times infinity is no number. */
// @ts-ignore: decorator
@inline
function toldBy(target: v128, below: v128): v128 {
  return v128.and(v128.mul<Float>(target, below), v128.ne<Float>(target, v128.splat<Float>(0)));
}

/**
 * dx = (dx / Σ dx - t) / B, row by row. Returns the sum over the batch of Σ t log Σ dx; or, with an epsilon, of the whole
 * loss.
 */
function slopes(dx: usize, t: usize, B: i32, C: i32, epsilon: f64): f64 {
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
        const likely = <f64>load<Float>(dx + c) / total + epsilon;
        if (times == 1 && likely > LOW) product /= likely;
        else loss -= times * log(likely);
      }
    }

    const inverse = v128.splat<Float>(<Float>(1 / total));
    for (let i: usize = 0; i < last; i += 16) v128.store(dx + i, slopeOf(dx + i, t + i, inverse, scale));
    // not a byte of the next row: to read it soon after would be to wait until it has come to the cache
    storeFirst(dx + last, slopeOf(dx + last, t + last, inverse, scale), countInLast(C));
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
function slopeOf(dx: usize, t: usize, inverse: v128, scale: v128): v128 {
  return v128.mul<Float>(v128.sub<Float>(v128.mul<Float>(v128.load(dx), inverse), v128.load(t)), scale);
}
