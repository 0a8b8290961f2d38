/**
 * The inner loops of products where V8 makes one vector of two: blocks of four rows by four vectors, or eight by two, fill the
 * registers, which those of product-rows.ts and product-blocks.ts leave half empty. They compute the same bits: each sum begins
 * and ends as there.
 */
import { Float } from '../math/float';
import { LANES, multiplyAdd, splatAt, storeFirst, storeTwo } from '../math/vector';
import { vectorsIn } from './tiles';

/** Bytes for the results of one block. */
export const PAIRS_BYTES: i32 = 4 * 4 * 16;

/**
 * For each of so many rows of x, a row of out, of `width` columns: the bias, or without one the numbers that out has, plus
 * Σ_k x(r, k) w(k) over `depth` rows of w, `row` bytes apart. The numbers in a row of x are `xColumn` bytes apart.
 *
 * @param isLate whether sums begin at 0 and are added in the end, as in product-rows.ts
 * @param spare PAIRS_BYTES of memory
 */
export function productPairs(
  isLate: bool,
  out: usize,
  outRow: usize,
  rows: i32,
  bias: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  w: usize,
  row: usize,
  depth: i32,
  width: i32,
  spare: usize,
): void {
  const beginRow = bias ? 0 : outRow;
  const lastX = x + <usize>(rows - 1) * xRow;
  for (let left = vectorsIn(width); left > 0; ) {
    const vectors = left > 2 ? 4 : 2;
    const height = left > 2 ? 4 : 8;
    const isFull = width >= vectors * LANES;
    const begin = bias ? bias : out;
    const lastBegin = begin + <usize>(rows - 1) * beginRow;
    for (let r = 0; r < rows; r += height) {
      const isWhole = isFull && rows - r >= height;
      const to = out + <usize>r * outRow;
      const o = isWhole ? to : spare;
      const oRow = isWhole ? outRow : <usize>vectors << 4;
      const b = begin + <usize>r * beginRow;
      const p = x + <usize>r * xRow;
      if (vectors == 4) {
        if (isLate) late44(o, oRow, b, beginRow, lastBegin, p, xRow, lastX, xColumn, w, row, depth);
        else early44(o, oRow, b, beginRow, lastBegin, p, xRow, lastX, xColumn, w, row, depth);
      } else if (isLate) late82(o, oRow, b, beginRow, lastBegin, p, xRow, lastX, xColumn, w, row, depth);
      else early82(o, oRow, b, beginRow, lastBegin, p, xRow, lastX, xColumn, w, row, depth);
      if (isWhole) continue;
      const last = min(height, rows - r);
      for (let i = 0; i < last; i++) {
        for (let v = 0; v < vectors && v * LANES < width; v++) {
          const offset = <usize>(v << 4);
          storeFirst(to + <usize>i * outRow + offset, v128.load(spare + <usize>i * oRow + offset), width - v * LANES);
        }
      }
    }
    left -= vectors;
    width -= vectors * LANES;
    w += <usize>vectors << 4;
    out += <usize>vectors << 4;
    if (bias) bias += <usize>vectors << 4;
  }
}

function late44(out: usize, outRow: usize, begin: usize, beginRow: usize, lastBegin: usize, x: usize, xRow: usize, lastX: usize, xColumn: usize, w: usize, row: usize, depth: i32): void {
  block44(true, out, outRow, begin, beginRow, lastBegin, x, xRow, lastX, xColumn, w, row, depth);
}

function late82(out: usize, outRow: usize, begin: usize, beginRow: usize, lastBegin: usize, x: usize, xRow: usize, lastX: usize, xColumn: usize, w: usize, row: usize, depth: i32): void {
  block82(true, out, outRow, begin, beginRow, lastBegin, x, xRow, lastX, xColumn, w, row, depth);
}

function early44(out: usize, outRow: usize, begin: usize, beginRow: usize, lastBegin: usize, x: usize, xRow: usize, lastX: usize, xColumn: usize, w: usize, row: usize, depth: i32): void {
  block44(false, out, outRow, begin, beginRow, lastBegin, x, xRow, lastX, xColumn, w, row, depth);
}

function early82(out: usize, outRow: usize, begin: usize, beginRow: usize, lastBegin: usize, x: usize, xRow: usize, lastX: usize, xColumn: usize, w: usize, row: usize, depth: i32): void {
  block82(false, out, outRow, begin, beginRow, lastBegin, x, xRow, lastX, xColumn, w, row, depth);
}

/** Four rows by four vectors. Rows behind the last one are the last one again. */
// @ts-ignore: decorator
@inline
function block44(
  isLate: bool,
  out: usize,
  outRow: usize,
  begin: usize,
  beginRow: usize,
  lastBegin: usize,
  x: usize,
  xRow: usize,
  lastX: usize,
  xColumn: usize,
  w: usize,
  row: usize,
  depth: i32,
): void {
  const zero = v128.splat<Float>(0);
  let xa = x;
  let xb = min(xa + xRow, lastX);
  let xc = min(xb + xRow, lastX);
  let xd = min(xc + xRow, lastX);
  const a = begin;
  const b = min(a + beginRow, lastBegin);
  const c = min(b + beginRow, lastBegin);
  const d = min(c + beginRow, lastBegin);
  let a0 = isLate ? zero : v128.load(a), a1 = isLate ? zero : v128.load(a, 16), a2 = isLate ? zero : v128.load(a, 32), a3 = isLate ? zero : v128.load(a, 48);
  let b0 = isLate ? zero : v128.load(b), b1 = isLate ? zero : v128.load(b, 16), b2 = isLate ? zero : v128.load(b, 32), b3 = isLate ? zero : v128.load(b, 48);
  let c0 = isLate ? zero : v128.load(c), c1 = isLate ? zero : v128.load(c, 16), c2 = isLate ? zero : v128.load(c, 32), c3 = isLate ? zero : v128.load(c, 48);
  let d0 = isLate ? zero : v128.load(d), d1 = isLate ? zero : v128.load(d, 16), d2 = isLate ? zero : v128.load(d, 32), d3 = isLate ? zero : v128.load(d, 48);
  const end = w + <usize>depth * row;
  for (; w < end; w += row) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const w2 = v128.load(w, 32);
    const w3 = v128.load(w, 48);
    const sa = splatAt(xa);
    const sb = splatAt(xb);
    const sc = splatAt(xc);
    const sd = splatAt(xd);
    a0 = multiplyAdd(a0, sa, w0);
    a1 = multiplyAdd(a1, sa, w1);
    a2 = multiplyAdd(a2, sa, w2);
    a3 = multiplyAdd(a3, sa, w3);
    b0 = multiplyAdd(b0, sb, w0);
    b1 = multiplyAdd(b1, sb, w1);
    b2 = multiplyAdd(b2, sb, w2);
    b3 = multiplyAdd(b3, sb, w3);
    c0 = multiplyAdd(c0, sc, w0);
    c1 = multiplyAdd(c1, sc, w1);
    c2 = multiplyAdd(c2, sc, w2);
    c3 = multiplyAdd(c3, sc, w3);
    d0 = multiplyAdd(d0, sd, w0);
    d1 = multiplyAdd(d1, sd, w1);
    d2 = multiplyAdd(d2, sd, w2);
    d3 = multiplyAdd(d3, sd, w3);
    xa += xColumn;
    xb += xColumn;
    xc += xColumn;
    xd += xColumn;
  }
  storePair(isLate, out, a, a0, a1);
  storePair(isLate, out + 32, a + 32, a2, a3);
  out += outRow;
  storePair(isLate, out, b, b0, b1);
  storePair(isLate, out + 32, b + 32, b2, b3);
  out += outRow;
  storePair(isLate, out, c, c0, c1);
  storePair(isLate, out + 32, c + 32, c2, c3);
  out += outRow;
  storePair(isLate, out, d, d0, d1);
  storePair(isLate, out + 32, d + 32, d2, d3);
}

/** Eight rows by two vectors: each factor is loaded just before its products. */
// @ts-ignore: decorator
@inline
function block82(
  isLate: bool,
  out: usize,
  outRow: usize,
  begin: usize,
  beginRow: usize,
  lastBegin: usize,
  x: usize,
  xRow: usize,
  lastX: usize,
  xColumn: usize,
  w: usize,
  row: usize,
  depth: i32,
): void {
  const zero = v128.splat<Float>(0);
  let xa = x;
  let xb = min(xa + xRow, lastX);
  let xc = min(xb + xRow, lastX);
  let xd = min(xc + xRow, lastX);
  let xe = min(xd + xRow, lastX);
  let xf = min(xe + xRow, lastX);
  let xg = min(xf + xRow, lastX);
  let xh = min(xg + xRow, lastX);
  const a = begin;
  const b = min(a + beginRow, lastBegin);
  const c = min(b + beginRow, lastBegin);
  const d = min(c + beginRow, lastBegin);
  const e = min(d + beginRow, lastBegin);
  const f = min(e + beginRow, lastBegin);
  const g = min(f + beginRow, lastBegin);
  const h = min(g + beginRow, lastBegin);
  let a0 = isLate ? zero : v128.load(a), a1 = isLate ? zero : v128.load(a, 16);
  let b0 = isLate ? zero : v128.load(b), b1 = isLate ? zero : v128.load(b, 16);
  let c0 = isLate ? zero : v128.load(c), c1 = isLate ? zero : v128.load(c, 16);
  let d0 = isLate ? zero : v128.load(d), d1 = isLate ? zero : v128.load(d, 16);
  let e0 = isLate ? zero : v128.load(e), e1 = isLate ? zero : v128.load(e, 16);
  let f0 = isLate ? zero : v128.load(f), f1 = isLate ? zero : v128.load(f, 16);
  let g0 = isLate ? zero : v128.load(g), g1 = isLate ? zero : v128.load(g, 16);
  let h0 = isLate ? zero : v128.load(h), h1 = isLate ? zero : v128.load(h, 16);
  const end = w + <usize>depth * row;
  for (; w < end; w += row) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const sa = splatAt(xa);
    a0 = multiplyAdd(a0, sa, w0);
    a1 = multiplyAdd(a1, sa, w1);
    const sb = splatAt(xb);
    b0 = multiplyAdd(b0, sb, w0);
    b1 = multiplyAdd(b1, sb, w1);
    const sc = splatAt(xc);
    c0 = multiplyAdd(c0, sc, w0);
    c1 = multiplyAdd(c1, sc, w1);
    const sd = splatAt(xd);
    d0 = multiplyAdd(d0, sd, w0);
    d1 = multiplyAdd(d1, sd, w1);
    const se = splatAt(xe);
    e0 = multiplyAdd(e0, se, w0);
    e1 = multiplyAdd(e1, se, w1);
    const sf = splatAt(xf);
    f0 = multiplyAdd(f0, sf, w0);
    f1 = multiplyAdd(f1, sf, w1);
    const sg = splatAt(xg);
    g0 = multiplyAdd(g0, sg, w0);
    g1 = multiplyAdd(g1, sg, w1);
    const sh = splatAt(xh);
    h0 = multiplyAdd(h0, sh, w0);
    h1 = multiplyAdd(h1, sh, w1);
    xa += xColumn;
    xb += xColumn;
    xc += xColumn;
    xd += xColumn;
    xe += xColumn;
    xf += xColumn;
    xg += xColumn;
    xh += xColumn;
  }
  storePair(isLate, out, a, a0, a1);
  out += outRow;
  storePair(isLate, out, b, b0, b1);
  out += outRow;
  storePair(isLate, out, c, c0, c1);
  out += outRow;
  storePair(isLate, out, d, d0, d1);
  out += outRow;
  storePair(isLate, out, e, e0, e1);
  out += outRow;
  storePair(isLate, out, f, f0, f1);
  out += outRow;
  storePair(isLate, out, g, g0, g1);
  out += outRow;
  storePair(isLate, out, h, h0, h1);
}

// @ts-ignore: decorator
@inline
function storePair(isLate: bool, out: usize, begin: usize, first: v128, second: v128): void {
  if (isLate) {
    const low = v128.load(begin);
    const high = v128.load(begin, 16);
    storeTwo(out, v128.add<Float>(low, first), v128.add<Float>(high, second));
  } else {
    storeTwo(out, first, second);
  }
}
