/**
 * The inner loops of a product whose left side is gathered (gather-product.ts): a block of several rows of accumulators, all in
 * registers while k runs.
 *
 * Where V8 makes one vector of two, four rows by four vectors fill the registers, or eight by two; where it does not, three rows
 * by three, or four by two, as in dense/product-blocks.ts.
 */
import { multiplyAdd, splatAt, storeTwo } from '../math/vector';

/** The most rows of a block: tables of rows have as many offsets to spare, and results that are not needed room for as many rows. */
export const MAX_ROWS: i32 = 8;

export function block44(out: usize, outRow: usize, begin: usize, beginRow: usize, x: usize, rows: usize, columns: usize, w: usize, depth: i32): void {
  block(4, 4, out, outRow, begin, beginRow, x, rows, columns, w, depth);
}

export function block33(out: usize, outRow: usize, begin: usize, beginRow: usize, x: usize, rows: usize, columns: usize, w: usize, depth: i32): void {
  block(3, 3, out, outRow, begin, beginRow, x, rows, columns, w, depth);
}

export function block42(out: usize, outRow: usize, begin: usize, beginRow: usize, x: usize, rows: usize, columns: usize, w: usize, depth: i32): void {
  block(4, 2, out, outRow, begin, beginRow, x, rows, columns, w, depth);
}

/**
 * ROWS by N accumulators, for ROWS up to 4; both are constants, so that each call becomes a loop of its own.
 *
 * Row r of `out` = row r of `begin` + Σ_k x(rows[r] + columns[k]) w(k), where `rows` and `columns` are tables of offsets in
 * bytes, and the rows of w lie side by side, N vectors each.
 */
// @ts-ignore: decorator
@inline
function block(
  ROWS: i32,
  N: i32,
  out: usize,
  outRow: usize,
  begin: usize,
  beginRow: usize,
  x: usize,
  rows: usize,
  columns: usize,
  w: usize,
  depth: i32,
): void {
  const xa = x + load<u32>(rows);
  const xb = x + load<u32>(rows, 4);
  const xc = x + load<u32>(rows, 8);
  const xd = ROWS > 3 ? x + load<u32>(rows, 12) : xc;
  let a0 = v128.load(begin);
  let a1 = v128.load(begin, 16);
  let a2 = N > 2 ? v128.load(begin, 32) : a0;
  let a3 = N > 3 ? v128.load(begin, 48) : a0;
  begin += beginRow;
  let b0 = v128.load(begin);
  let b1 = v128.load(begin, 16);
  let b2 = N > 2 ? v128.load(begin, 32) : a0;
  let b3 = N > 3 ? v128.load(begin, 48) : a0;
  begin += beginRow;
  let c0 = v128.load(begin);
  let c1 = v128.load(begin, 16);
  let c2 = N > 2 ? v128.load(begin, 32) : a0;
  let c3 = N > 3 ? v128.load(begin, 48) : a0;
  begin += beginRow;
  let d0 = ROWS > 3 ? v128.load(begin) : a0;
  let d1 = ROWS > 3 ? v128.load(begin, 16) : a0;
  let d2 = ROWS > 3 && N > 2 ? v128.load(begin, 32) : a0;
  let d3 = ROWS > 3 && N > 3 ? v128.load(begin, 48) : a0;
  const end = w + <usize>depth * (N << 4);
  for (; w < end; w += N << 4, columns += 4) {
    const offset = load<u32>(columns);
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const w2 = N > 2 ? v128.load(w, 32) : w0;
    const w3 = N > 3 ? v128.load(w, 48) : w0;
    const a = splatAt(xa + offset);
    const b = splatAt(xb + offset);
    const c = splatAt(xc + offset);
    const d = ROWS > 3 ? splatAt(xd + offset) : c;
    a0 = multiplyAdd(a0, a, w0);
    a1 = multiplyAdd(a1, a, w1);
    if (N > 2) a2 = multiplyAdd(a2, a, w2);
    if (N > 3) a3 = multiplyAdd(a3, a, w3);
    b0 = multiplyAdd(b0, b, w0);
    b1 = multiplyAdd(b1, b, w1);
    if (N > 2) b2 = multiplyAdd(b2, b, w2);
    if (N > 3) b3 = multiplyAdd(b3, b, w3);
    c0 = multiplyAdd(c0, c, w0);
    c1 = multiplyAdd(c1, c, w1);
    if (N > 2) c2 = multiplyAdd(c2, c, w2);
    if (N > 3) c3 = multiplyAdd(c3, c, w3);
    if (ROWS > 3) d0 = multiplyAdd(d0, d, w0);
    if (ROWS > 3) d1 = multiplyAdd(d1, d, w1);
    if (ROWS > 3 && N > 2) d2 = multiplyAdd(d2, d, w2);
    if (ROWS > 3 && N > 3) d3 = multiplyAdd(d3, d, w3);
  }
  storeRow(N, out, a0, a1, a2, a3);
  storeRow(N, out + outRow, b0, b1, b2, b3);
  storeRow(N, out + 2 * outRow, c0, c1, c2, c3);
  if (ROWS > 3) storeRow(N, out + 3 * outRow, d0, d1, d2, d3);
}

/** Whole vectors, since V8 pairs what is stored side by side. */
// @ts-ignore: decorator
@inline
function storeRow(N: i32, out: usize, first: v128, second: v128, third: v128, fourth: v128): void {
  storeTwo(out, first, second);
  if (N == 3) v128.store(out, third, 32);
  if (N == 4) storeTwo(out + 32, third, fourth);
}

/** Eight rows by two vectors: each row's factor is loaded just before its products. */
export function block82(out: usize, outRow: usize, begin: usize, beginRow: usize, x: usize, rows: usize, columns: usize, w: usize, depth: i32): void {
  const xa = x + load<u32>(rows);
  const xb = x + load<u32>(rows, 4);
  const xc = x + load<u32>(rows, 8);
  const xd = x + load<u32>(rows, 12);
  const xe = x + load<u32>(rows, 16);
  const xf = x + load<u32>(rows, 20);
  const xg = x + load<u32>(rows, 24);
  const xh = x + load<u32>(rows, 28);
  let a0 = v128.load(begin), a1 = v128.load(begin, 16);
  begin += beginRow;
  let b0 = v128.load(begin), b1 = v128.load(begin, 16);
  begin += beginRow;
  let c0 = v128.load(begin), c1 = v128.load(begin, 16);
  begin += beginRow;
  let d0 = v128.load(begin), d1 = v128.load(begin, 16);
  begin += beginRow;
  let e0 = v128.load(begin), e1 = v128.load(begin, 16);
  begin += beginRow;
  let f0 = v128.load(begin), f1 = v128.load(begin, 16);
  begin += beginRow;
  let g0 = v128.load(begin), g1 = v128.load(begin, 16);
  begin += beginRow;
  let h0 = v128.load(begin), h1 = v128.load(begin, 16);
  const end = w + <usize>depth * 32;
  for (; w < end; w += 32, columns += 4) {
    const offset = load<u32>(columns);
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const a = splatAt(xa + offset);
    a0 = multiplyAdd(a0, a, w0);
    a1 = multiplyAdd(a1, a, w1);
    const b = splatAt(xb + offset);
    b0 = multiplyAdd(b0, b, w0);
    b1 = multiplyAdd(b1, b, w1);
    const c = splatAt(xc + offset);
    c0 = multiplyAdd(c0, c, w0);
    c1 = multiplyAdd(c1, c, w1);
    const d = splatAt(xd + offset);
    d0 = multiplyAdd(d0, d, w0);
    d1 = multiplyAdd(d1, d, w1);
    const e = splatAt(xe + offset);
    e0 = multiplyAdd(e0, e, w0);
    e1 = multiplyAdd(e1, e, w1);
    const f = splatAt(xf + offset);
    f0 = multiplyAdd(f0, f, w0);
    f1 = multiplyAdd(f1, f, w1);
    const g = splatAt(xg + offset);
    g0 = multiplyAdd(g0, g, w0);
    g1 = multiplyAdd(g1, g, w1);
    const h = splatAt(xh + offset);
    h0 = multiplyAdd(h0, h, w0);
    h1 = multiplyAdd(h1, h, w1);
  }
  storeTwo(out, a0, a1);
  out += outRow;
  storeTwo(out, b0, b1);
  out += outRow;
  storeTwo(out, c0, c1);
  out += outRow;
  storeTwo(out, d0, d1);
  out += outRow;
  storeTwo(out, e0, e1);
  out += outRow;
  storeTwo(out, f0, f1);
  out += outRow;
  storeTwo(out, g0, g1);
  out += outRow;
  storeTwo(out, h0, h1);
}
