// What this machine's WebAssembly can do at most with 128-bit vectors, in one thread: the ceilings that bench/machine.mjs
// measures. Compiled by the bench, with AssemblyScript.

import { FUSED } from './flavour';

// @ts-ignore: decorator
@inline
function product(p: v128, m: v128): v128 {
  return FUSED ? f32x4.relaxed_madd(p, m, m) : f32x4.mul(p, m);
}

// @ts-ignore: decorator
@inline
function sum(s: v128, m: v128): v128 {
  return FUSED ? f32x4.relaxed_madd(s, m, m) : f32x4.add(s, m);
}

/**
 * n rounds of six products and six sums of vectors of four floats, or of twelve times both in one, none of which waits for
 * another, all in registers.
 */
export function multiplyAdds(n: i32, one: f32): f32 {
  const m = f32x4.splat(one);
  let p0 = m, p1 = m, p2 = m, p3 = m, p4 = m, p5 = m;
  let s0 = m, s1 = m, s2 = m, s3 = m, s4 = m, s5 = m;
  for (let i = 0; i < n; i++) {
    p0 = product(p0, m);
    s0 = sum(s0, m);
    p1 = product(p1, m);
    s1 = sum(s1, m);
    p2 = product(p2, m);
    s2 = sum(s2, m);
    p3 = product(p3, m);
    s3 = sum(s3, m);
    p4 = product(p4, m);
    s4 = sum(s4, m);
    p5 = product(p5, m);
    s5 = sum(s5, m);
  }
  const products = f32x4.add(f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3)), f32x4.add(p4, p5));
  const sums = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(s4, s5));
  return f32x4.extract_lane(f32x4.add(products, sums), 0);
}

/** n rounds of loading 256 vectors, 4 kB that lie in the first cache. */
export function loads(n: i32): i32 {
  let a = i32x4.splat(0), b = a, c = a, d = a;
  for (let i = 0; i < n; i++) {
    for (let p: usize = 0; p < 4096; p += 128) {
      a = v128.or(a, v128.or(v128.load(p), v128.load(p, 16)));
      b = v128.or(b, v128.or(v128.load(p, 32), v128.load(p, 48)));
      c = v128.or(c, v128.or(v128.load(p, 64), v128.load(p, 80)));
      d = v128.or(d, v128.or(v128.load(p, 96), v128.load(p, 112)));
    }
  }
  return i32x4.extract_lane(v128.or(v128.or(a, b), v128.or(c, d)), 0);
}
