import { Float } from './float';
import { coefficientAt, polynomial } from './polynomial';
import { BYTES } from './vector';

const CONSTANTS: usize =
  BYTES == 4
    ? memory.data<f32>([-87, 87, 1.4426950408889634, 12583039, 0.693359375, -0.00021219444005469057, 1])
    : memory.data<f64>([-708, 708, 1.4426950408889634, 6755399441056767, 0.6931471803691238, 1.9082149292705877e-10, 1]);

/**
 * The index of each: the range of x, 1 / log 2, 1.5 2²³ or 2⁵² and the bias of exponents, log 2 in two parts, and
 * a 1 beside that of the series: V8 makes no pair (src/node/simd.ts) of a vector that is loaded twice.
 */
const LOWEST: i32 = 0;
const HIGHEST: i32 = 1;
const PER_LOG_2: i32 = 2;
const MAGIC: i32 = 3;
const LOG_2: i32 = 4;
const LOG_2_REST: i32 = 5;
const ONE: i32 = 6;

/** 1 / 1!, 1 / 2!, 1 / 3! ... */
const TERMS: i32 = BYTES == 4 ? 7 : 12;
const INVERSE_FACTORIALS: usize = memory.data<Float>([
  1,
  1.0 / 2,
  1.0 / 6,
  1.0 / 24,
  1.0 / 120,
  1.0 / 720,
  1.0 / 5040,
  1.0 / 40320,
  1.0 / 362880,
  1.0 / 3628800,
  1.0 / 39916800,
  1.0 / 479001600,
]);

/**
 * exp(x) of a vector: x = n log 2 + r, so exp(x) = 2ⁿ (1 + q), where q = exp(r) - 1, and |r| ≤ ½ log 2 is small enough
 * for a few terms of the series: seven for a float32, twelve for a float64. Where the result would leave the range of
 * normal numbers x is clamped; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  return exponentialOf(x, false);
}

/** exp(x) - 1, computed as 2ⁿ q + (2ⁿ - 1): near x = 0 the difference of two numbers near 1 would lose its digits. */
// @ts-ignore: decorator
@inline
export function exponentialMinusOne(x: v128): v128 {
  return exponentialOf(x, true);
}

// @ts-ignore: decorator
@inline
function exponentialOf(x: v128, minusOne: bool): v128 {
  const clamped = v128.pmin<Float>(v128.pmax<Float>(x, coefficientAt(CONSTANTS, LOWEST)), coefficientAt(CONSTANTS, HIGHEST));
  // the last bit of 1.5 2²³ counts 1: what is added to it is rounded, and is found in the last bits, with the bias
  const magic = coefficientAt(CONSTANTS, MAGIC);
  const rounded = v128.add<Float>(v128.mul<Float>(clamped, coefficientAt(CONSTANTS, PER_LOG_2)), magic);
  const n = v128.sub<Float>(rounded, magic);
  // the first part of log 2 has so few digits that n times it is exact
  const r = v128.sub<Float>(
    v128.sub<Float>(clamped, v128.mul<Float>(n, coefficientAt(CONSTANTS, LOG_2))),
    v128.mul<Float>(n, coefficientAt(CONSTANTS, LOG_2_REST)),
  );
  const q = v128.mul<Float>(r, polynomial(TERMS, INVERSE_FACTORIALS, r));
  // 2ⁿ is the float whose exponent bits are n and the bias
  const power = BYTES == 4 ? i32x4.shl(rounded, 23) : i64x2.shl(rounded, 52);
  const one = coefficientAt(CONSTANTS, ONE);
  return minusOne
    ? v128.add<Float>(v128.mul<Float>(q, power), v128.sub<Float>(power, one))
    : v128.mul<Float>(v128.add<Float>(q, one), power);
}
