/** What every kernel is made of: vectors of as many floats of type T as fit in 16 bytes. */

/** Floats in a vector. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 16 / sizeof<T>();
}

/** sum + factor * the vector at p */
// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(sum: v128, factor: v128, p: usize): v128 {
  return v128.add<T>(sum, v128.mul<T>(factor, v128.load(p)));
}

/** A vector of one float, read from p. */
// @ts-ignore: decorator
@inline
export function splatAt<T>(p: usize): v128 {
  return v128.splat<T>(load<T>(p));
}

/** Stores the first `count` floats of a vector, 1 to all of them. */
// @ts-ignore: decorator
@inline
export function storeFirst<T>(p: usize, vector: v128, count: i32): void {
  if (count >= lanes<T>()) {
    v128.store(p, vector);
    return;
  }
  store<T>(p, v128.extract_lane<T>(vector, 0));
  if (sizeof<T>() == 8) return;
  if (count > 1) store<T>(p, v128.extract_lane<T>(vector, 1), 4);
  if (count > 2) store<T>(p, v128.extract_lane<T>(vector, 2), 8);
}
