// The most that this machine's WebAssembly can do in one thread: bench/machine.mjs compiles this with AssemblyScript, and
// measures it. Of vectors in pairs V8 may make vectors of 32 bytes; else they have 16.

import { FUSED, PAIRED } from './flavour';

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
 * n rounds of six products and six sums of vectors of four floats, or of twelve fused ones, none of which waits for another,
 * all in registers; of pairs of vectors where V8 makes one of two. Begins with the float at p, and writes the results there.
 */
export function multiplyAdds(n: i32, p: usize): void {
  const m = v128.load32_splat(p);
  let a0 = m, a1 = m, b0 = m, b1 = m, c0 = m, c1 = m, d0 = m, d1 = m, e0 = m, e1 = m, f0 = m, f1 = m;
  let g0 = m, g1 = m, h0 = m, h1 = m, i0 = m, i1 = m, j0 = m, j1 = m, k0 = m, k1 = m, l0 = m, l1 = m;
  for (let i = 0; i < n; i++) {
    a0 = product(a0, m);
    if (PAIRED) a1 = product(a1, m);
    g0 = sum(g0, m);
    if (PAIRED) g1 = sum(g1, m);
    b0 = product(b0, m);
    if (PAIRED) b1 = product(b1, m);
    h0 = sum(h0, m);
    if (PAIRED) h1 = sum(h1, m);
    c0 = product(c0, m);
    if (PAIRED) c1 = product(c1, m);
    i0 = sum(i0, m);
    if (PAIRED) i1 = sum(i1, m);
    d0 = product(d0, m);
    if (PAIRED) d1 = product(d1, m);
    j0 = sum(j0, m);
    if (PAIRED) j1 = sum(j1, m);
    e0 = product(e0, m);
    if (PAIRED) e1 = product(e1, m);
    k0 = sum(k0, m);
    if (PAIRED) k1 = sum(k1, m);
    f0 = product(f0, m);
    if (PAIRED) f1 = product(f1, m);
    l0 = sum(l0, m);
    if (PAIRED) l1 = sum(l1, m);
  }
  store(p, a0, a1);
  store(p + 32, b0, b1);
  store(p + 64, c0, c1);
  store(p + 96, d0, d1);
  store(p + 128, e0, e1);
  store(p + 160, f0, f1);
  store(p + 192, g0, g1);
  store(p + 224, h0, h1);
  store(p + 256, i0, i1);
  store(p + 288, j0, j1);
  store(p + 320, k0, k1);
  store(p + 352, l0, l1);
}

/** n rounds of loading 256 vectors of 16 bytes in pairs from p on, 4 kB that the first cache holds; writes behind them. */
export function loads(n: i32, p: usize): void {
  const end = p + 4096;
  let a0 = i32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
  for (let i = 0; i < n; i++) {
    for (let from = p; from < end; from += 128) {
      a0 = v128.or(a0, v128.or(v128.load(from), v128.load(from, 32)));
      a1 = v128.or(a1, v128.or(v128.load(from, 16), v128.load(from, 48)));
      b0 = v128.or(b0, v128.or(v128.load(from, 64), v128.load(from, 96)));
      b1 = v128.or(b1, v128.or(v128.load(from, 80), v128.load(from, 112)));
    }
  }
  store(end, a0, a1);
  store(end + 32, b0, b1);
}

// @ts-ignore: decorator
@inline
function store(p: usize, first: v128, second: v128): void {
  v128.store(p, first);
  v128.store(p, second, 16);
}
