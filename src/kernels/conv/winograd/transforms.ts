/** The transforms of tiles, a vector of channels at a time (plan.ts says of what). All sums are of neighbours, and exact factors. */
import { Float } from '../../math/float';
import { BYTES } from '../../math/vector';

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return v128.add<Float>(a, b);
}

// @ts-ignore: decorator
@inline
function subtract(a: v128, b: v128): v128 {
  return v128.sub<Float>(a, b);
}

/** V[16][T, C] = Bᵀ x B of the tiles in rows [first, last) of a padded image, whose rows are W + 2 pixels wide. */
export function transformInput(V: usize, stride: usize, x: usize, first: i32, last: i32, W: i32, C: i32): void {
  const pixel = <usize>(C * BYTES);
  const row = <usize>(W + 2) * pixel;
  for (let ty = first; ty < last; ty++) {
    for (let tx = 0; tx < W; tx += 2) {
      let p = x + <usize>(2 * ty) * row + <usize>tx * pixel;
      for (const end = p + pixel; p < end; p += 16, V += 16) {
        const q = p + row, r = q + row, s = r + row;
        let d0 = v128.load(p), d1 = v128.load(q), d2 = v128.load(r), d3 = v128.load(s);
        const a0 = subtract(d0, d2), a1 = add(d1, d2), a2 = subtract(d2, d1), a3 = subtract(d1, d3);
        d0 = v128.load(p + pixel);
        d1 = v128.load(q + pixel);
        d2 = v128.load(r + pixel);
        d3 = v128.load(s + pixel);
        const b0 = subtract(d0, d2), b1 = add(d1, d2), b2 = subtract(d2, d1), b3 = subtract(d1, d3);
        d0 = v128.load(p + 2 * pixel);
        d1 = v128.load(q + 2 * pixel);
        d2 = v128.load(r + 2 * pixel);
        d3 = v128.load(s + 2 * pixel);
        const c0 = subtract(d0, d2), c1 = add(d1, d2), c2 = subtract(d2, d1), c3 = subtract(d1, d3);
        d0 = v128.load(p + 3 * pixel);
        d1 = v128.load(q + 3 * pixel);
        d2 = v128.load(r + 3 * pixel);
        d3 = v128.load(s + 3 * pixel);
        const e0 = subtract(d0, d2), e1 = add(d1, d2), e2 = subtract(d2, d1), e3 = subtract(d1, d3);
        let to = storeRow(V, stride, a0, b0, c0, e0);
        to = storeRow(to, stride, a1, b1, c1, e1);
        to = storeRow(to, stride, a2, b2, c2, e2);
        storeRow(to, stride, a3, b3, c3, e3);
      }
    }
  }
}

/** A row of Bᵀ x, times B. */
// @ts-ignore: decorator
@inline
function storeRow(to: usize, stride: usize, a: v128, b: v128, c: v128, d: v128): usize {
  v128.store(to, subtract(a, c));
  to += stride;
  v128.store(to, add(b, c));
  to += stride;
  v128.store(to, subtract(c, b));
  to += stride;
  v128.store(to, subtract(b, d));
  return to + stride;
}

/** out = Aᵀ M A + b, of the tiles in rows [first, last) of an image [H, W, K]. */
export function transformOutput(out: usize, M: usize, stride: usize, b: usize, first: i32, last: i32, W: i32, K: i32): void {
  const pixel = <usize>(K * BYTES);
  const row = <usize>W * pixel;
  for (let ty = first; ty < last; ty++) {
    for (let tx = 0; tx < W; tx += 2) {
      let p = out + <usize>(2 * ty) * row + <usize>tx * pixel;
      let bias = b;
      for (const end = p + pixel; p < end; p += 16, M += 16, bias += 16) {
        let m = M;
        const l0 = leftOf(m, stride), r0 = rightOf(m, stride);
        m += 4 * stride;
        const l1 = leftOf(m, stride), r1 = rightOf(m, stride);
        m += 4 * stride;
        const l2 = leftOf(m, stride), r2 = rightOf(m, stride);
        m += 4 * stride;
        const l3 = leftOf(m, stride), r3 = rightOf(m, stride);
        const constant = v128.load(bias);
        v128.store(p, add(constant, add(l0, add(l1, l2))));
        v128.store(p + pixel, add(constant, add(r0, add(r1, r2))));
        v128.store(p + row, add(constant, subtract(subtract(l1, l2), l3)));
        v128.store(p + row + pixel, add(constant, subtract(subtract(r1, r2), r3)));
      }
    }
  }
}

/** A row of M, times the first or the second column of A. */
// @ts-ignore: decorator
@inline
function leftOf(m: usize, stride: usize): v128 {
  return add(v128.load(m), add(v128.load(m + stride), v128.load(m + 2 * stride)));
}

// @ts-ignore: decorator
@inline
function rightOf(m: usize, stride: usize): v128 {
  return subtract(subtract(v128.load(m + stride), v128.load(m + 2 * stride)), v128.load(m + 3 * stride));
}

/** dM[16][T, K] = A dout Aᵀ of the tiles in rows [first, last). */
export function transformGradient(dM: usize, stride: usize, dout: usize, first: i32, last: i32, W: i32, K: i32): void {
  const pixel = <usize>(K * BYTES);
  const row = <usize>W * pixel;
  for (let ty = first; ty < last; ty++) {
    for (let tx = 0; tx < W; tx += 2) {
      let p = dout + <usize>(2 * ty) * row + <usize>tx * pixel;
      for (const end = p + pixel; p < end; p += 16, dM += 16) {
        const a = v128.load(p), b = v128.load(p + pixel), c = v128.load(p + row), d = v128.load(p + row + pixel);
        let to = spread(dM, stride, a, b);
        to = spread(to, stride, add(a, c), add(b, d));
        to = spread(to, stride, subtract(a, c), subtract(b, d));
        spread(to, stride, v128.neg<Float>(c), v128.neg<Float>(d));
      }
    }
  }
}

/** A row of A dout, times Aᵀ. */
// @ts-ignore: decorator
@inline
function spread(to: usize, stride: usize, left: v128, right: v128): usize {
  v128.store(to, left);
  to += stride;
  v128.store(to, add(left, right));
  to += stride;
  v128.store(to, subtract(left, right));
  to += stride;
  v128.store(to, v128.neg<Float>(right));
  return to + stride;
}
