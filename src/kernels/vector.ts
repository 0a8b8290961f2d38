import { Float } from './float';

/** Bytes of a float. */
// @ts-ignore: decorator
@inline
export const BYTES: i32 = sizeof<Float>();

/** Floats in a vector, which has 16 bytes. */
// @ts-ignore: decorator
@inline
export const LANES: i32 = 16 / BYTES;

/** sum + factor * the vector at p */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, factor: v128, p: usize): v128 {
  return v128.add<Float>(sum, v128.mul<Float>(factor, v128.load(p)));
}

/** A vector of one float, read from p. */
// @ts-ignore: decorator
@inline
export function splatAt(p: usize): v128 {
  return v128.splat<Float>(load<Float>(p));
}

/** Stores the first `count` floats of a vector, 1 to all of them. */
// @ts-ignore: decorator
@inline
export function storeFirst(p: usize, vector: v128, count: i32): void {
  if (count >= LANES) {
    v128.store(p, vector);
    return;
  }
  store<Float>(p, v128.extract_lane<Float>(vector, 0));
  if (BYTES == 8) return;
  if (count > 1) store<Float>(p, v128.extract_lane<Float>(vector, 1), 4);
  if (count > 2) store<Float>(p, v128.extract_lane<Float>(vector, 2), 8);
}
