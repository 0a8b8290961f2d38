/** How loops that keep a row of sums in registers write it to memory, in the end. */
import { Float } from '../math/float';
import { LANES, storeFirst, storeTwo } from '../math/vector';

/** Ends two sums that stand side by side; if they are the last ones, the second only as far as the tile is wide. */
// @ts-ignore: decorator
@inline
export function endTwo(
  o: usize,
  base: usize,
  isLast: bool,
  descend: bool,
  rate: v128,
  first: v128,
  second: v128,
  tail: i32,
): void {
  const one = ended(base, descend, rate, first);
  const two = ended(base + 16, descend, rate, second);
  if (!isLast || tail >= LANES) {
    storeTwo(o, one, two);
  } else {
    v128.store(o, one);
    storeFirst(o + 16, two, tail);
  }
}

/** A sum added to the vector at p; or a step against it: the very formula of `descend`. */
// @ts-ignore: decorator
@inline
export function ended(p: usize, descend: bool, rate: v128, sum: v128): v128 {
  return descend ? v128.sub<Float>(v128.load(p), v128.mul<Float>(rate, sum)) : v128.add<Float>(v128.load(p), sum);
}
