import { Float } from './float';
import { BYTES, splatAt } from './vector';

/**
 * Σ c[i] xⁱ over N coefficients at c. Even powers and odd ones are summed side by side: in one sum every step would wait for
 * the one before. N must be a constant: only the steps that it needs are compiled.
 *
 * The coefficients are loaded from memory for each vector, which is one instruction. A constant is three, and V8 makes it
 * anew in every round of a loop.
 */
// @ts-ignore: decorator
@inline
export function polynomial(N: i32, c: usize, x: v128): v128 {
  const square = v128.mul<Float>(x, x);
  let even = coefficientAt(c, (N - 1) & -2);
  let odd = coefficientAt(c, (N - 2) | 1);
  if (N > 16) even = next(even, square, c, 14);
  if (N > 15) odd = next(odd, square, c, 13);
  if (N > 14) even = next(even, square, c, 12);
  if (N > 13) odd = next(odd, square, c, 11);
  if (N > 12) even = next(even, square, c, 10);
  if (N > 11) odd = next(odd, square, c, 9);
  if (N > 10) even = next(even, square, c, 8);
  if (N > 9) odd = next(odd, square, c, 7);
  if (N > 8) even = next(even, square, c, 6);
  if (N > 7) odd = next(odd, square, c, 5);
  if (N > 6) even = next(even, square, c, 4);
  if (N > 5) odd = next(odd, square, c, 3);
  if (N > 4) even = next(even, square, c, 2);
  if (N > 3) odd = next(odd, square, c, 1);
  if (N > 2) even = next(even, square, c, 0);
  return v128.add<Float>(even, v128.mul<Float>(x, odd));
}

// @ts-ignore: decorator
@inline
function next(sum: v128, square: v128, c: usize, i: i32): v128 {
  return v128.add<Float>(v128.mul<Float>(sum, square), coefficientAt(c, i));
}

/** A vector of the coefficient with index i at c. */
// @ts-ignore: decorator
@inline
export function coefficientAt(c: usize, i: i32): v128 {
  return splatAt(c + <usize>(i * BYTES));
}
