/** Counter-based random numbers, as in src/core/random/counter-random.ts, which says where they are from. */

const GOLDEN: i32 = <i32>0x9e3779b9;

/** Draw n of a key: 32 bits. */
// @ts-ignore: decorator
@inline
export function drawOf(key: i32, n: i32): i32 {
  let x: i32 = key + n * GOLDEN;
  x ^= x >>> 16;
  x *= 0x7feb352d;
  x ^= x >>> 15;
  x *= <i32>0x846ca68b;
  return x ^ (x >>> 16);
}

/** Draws n to n + 3 of a key. */
// @ts-ignore: decorator
@inline
export function fourDraws(key: i32, n: i32): v128 {
  const counters = i32x4.add(i32x4.splat(n), i32x4(0, 1, 2, 3));
  let x = i32x4.add(i32x4.splat(key), i32x4.mul(counters, i32x4.splat(GOLDEN)));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(<i32>0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** The key of a sample, as src/core/wasm/distortion.ts wrote it: 32 bits in a float64. */
// @ts-ignore: decorator
@inline
export function keyAt(settings: usize): i32 {
  return <i32>load<f64>(settings);
}
