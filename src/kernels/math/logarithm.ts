import { Float } from './float';
import { coefficientAt, polynomial } from './polynomial';
import { BYTES } from './vector';

/** 1, 1 / 3, 1 / 5 ... */
const TERMS: i32 = BYTES == 4 ? 8 : 17;
const INVERSE_ODDS: usize = memory.data<Float>([
  1,
  1.0 / 3,
  1.0 / 5,
  1.0 / 7,
  1.0 / 9,
  1.0 / 11,
  1.0 / 13,
  1.0 / 15,
  1.0 / 17,
  1.0 / 19,
  1.0 / 21,
  1.0 / 23,
  1.0 / 25,
  1.0 / 27,
  1.0 / 29,
  1.0 / 31,
  1.0 / 33,
]);
const TWO: usize = memory.data<Float>([2]);

/**
 * log(1 + u) of a vector, 0 ≤ u ≤ 1: with s = u / (2 + u), at most 1/3, it is 2 (s + s³/3 + s⁵/5 + ...), eight terms for
 * a float32, seventeen for a float64. No digits cancel, however small u is. Source: Abramowitz and Stegun, 4.1.27.
 */
// @ts-ignore: decorator
@inline
export function logarithmOfOnePlus(u: v128): v128 {
  const s = v128.div<Float>(u, v128.add<Float>(u, coefficientAt(TWO, 0)));
  const sum = polynomial(TERMS, INVERSE_ODDS, v128.mul<Float>(s, s));
  return v128.mul<Float>(v128.add<Float>(s, s), sum);
}
