/** How loops that keep a row of accumulators in registers write it to memory in the end. */
import { Float } from '../math/float';
import { LANES, storeFirst, storeTwo } from '../math/vector';

/** Stores the results of two accumulators side by side; if they are the last, of the second only `tail` floats. */
// @ts-ignore: decorator
@inline
export function storeTwoResults(
  o: usize,
  base: usize,
  isLast: bool,
  descend: bool,
  rate: v128,
  first: v128,
  second: v128,
  tail: i32,
): void {
  const a = resultOf(base, descend, rate, first);
  const b = resultOf(base + 16, descend, rate, second);
  if (!isLast || tail >= LANES) {
    storeTwo(o, a, b);
  } else {
    v128.store(o, a);
    storeFirst(o + 16, b, tail);
  }
}

/** The vector at p plus a sum; or, to descend, minus rate times it: the very formula of optimizers/descend.ts. */
// @ts-ignore: decorator
@inline
export function resultOf(p: usize, descend: bool, rate: v128, sum: v128): v128 {
  return descend ? v128.sub<Float>(v128.load(p), v128.mul<Float>(rate, sum)) : v128.add<Float>(v128.load(p), sum);
}
