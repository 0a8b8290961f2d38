import { Float, FUSED } from './float';
import { isNew, panel } from './panel';
import { ARGUMENTS, ZEROS, nextCall, share } from './parallel';
import { PRODUCT } from './units';
import { BYTES, LANES, countInLast, firstLanes, lastVectorOf, multiplyAdd, splatAt, storeFirst } from './vector';

/**
 * Vectors in a tile of columns of w[K, H]. Two, with four rows of sums and four factors, leave one register free. So few
 * columns as fill three are one tile of three vectors with three rows of sums, where a product and a sum need no register in
 * between.
 */
// @ts-ignore: decorator
@inline
function vectorsFor(H: i32): i32 {
  return FUSED && H > 2 * LANES && H <= 3 * LANES ? 3 : 2;
}

/** How many rows of w are packed at a time: 32 kB of two vectors, as much as the first cache holds. */
const DEPTH: i32 = 1024;

/** About how many products a unit has. */
const PRODUCTS: i32 = 20_000;

/** From how many products on help pays: what another thread has written, and what it is to read, costs a way to its cache. */
const WORTHWHILE: i64 = 100_000;

@unmanaged
class Arguments {
  out: usize;
  x: usize;
  w: usize;
  bias: usize;
  R: i32;
  K: i32;
  H: i32;
  xRow: usize;
  xColumn: usize;
  wRow: usize;
  wColumn: usize;
  call: i32;
  /** How many units a tile is cut into, and how many rows each has. */
  blocks: i32;
  rows: i32;
}

/**
 * out[R, H] = bias[H] + Σ_k x(r, k) w(k, h)
 *
 * x(r, k) stands at x + r xRow + k xColumn, in bytes, and w(k, h) at w + k wRow + h wColumn, so that one kernel serves
 * x W, dout Wᵀ and xᵀ dout. A bias of 0, no pointer, counts as zeros.
 */
export function product(
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
  wRow: usize,
  wColumn: usize,
): void {
  const a = changetype<Arguments>(ARGUMENTS);
  a.out = out;
  a.x = x;
  a.w = w;
  a.bias = bias;
  a.R = R;
  a.K = K;
  a.H = H;
  a.xRow = xRow;
  a.xColumn = xColumn;
  a.wRow = wRow;
  a.wColumn = wColumn;
  a.call = nextCall();
  const tile = vectorsFor(H) * LANES;
  // whole groups of four or three rows in a unit
  const group = vectorsFor(H) == 3 ? 3 : 4;
  a.rows = min(R, (PRODUCTS / (K * tile * group) + 1) * group);
  a.blocks = (R + a.rows - 1) / a.rows;
  share(PRODUCT, ((H + tile - 1) / tile) * a.blocks, <i64>R * K * H > WORTHWHILE);
}

/** Some rows of one tile of columns. */
export function productUnit(unit: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const vectors = vectorsFor(a.H);
  const tile = vectors * LANES;
  const column = (unit / a.blocks) * tile;
  const width = min(tile, a.H - column);
  const first = (unit % a.blocks) * a.rows;
  const end = min(first + a.rows, a.R);
  for (let k = 0; k < a.K; k += DEPTH) {
    const depth = min(DEPTH, a.K - k);
    if (isNew(a.call, column + k * a.H)) {
      pack(a.w + <usize>k * a.wRow + <usize>column * a.wColumn, a.wRow, a.wColumn, depth, width, vectors);
    }
    let r = first;
    if (vectors == 3) {
      for (; r + 3 <= end; r += 3) block(3, 3, r, column, k, depth, width);
      for (; r < end; r++) block(1, 3, r, column, k, depth, width);
    } else if (width > LANES) {
      for (; r + 4 <= end; r += 4) block(4, 2, r, column, k, depth, width);
      for (; r < end; r++) block(1, 2, r, column, k, depth, width);
    } else {
      for (; r + 4 <= end; r += 4) block(4, 1, r, column, k, depth, width);
      for (; r < end; r++) block(1, 1, r, column, k, depth, width);
    }
  }
}

/** Copies `depth` rows of a tile of w side by side; columns beyond `width` become 0. */
function pack(w: usize, wRow: usize, wColumn: usize, depth: i32, width: i32, vectors: i32): void {
  let to = panel;
  const row = <usize>vectors << 4;
  const end = to + <usize>depth * row;
  if (wColumn == BYTES) {
    const last = lastVectorOf(width);
    const rest = firstLanes(countInLast(width));
    for (; to < end; to += row, w += wRow) {
      for (let i: usize = 0; i < last; i += 16) v128.store(to + i, v128.load(w + i));
      v128.store(to + last, v128.and(v128.load(w + last), rest));
      for (let i: usize = last + 16; i < row; i += 16) v128.store(to + i, v128.splat<Float>(0));
    }
    return;
  }
  for (; to < end; to += row) {
    for (let h = 0; h < vectors * LANES; h++) {
      store<Float>(to + <usize>(h * BYTES), h < width ? load<Float>(w + <usize>h * wColumn) : 0);
    }
    w += wRow;
  }
}

/**
 * ROWS by N vectors of sums, all in registers while k runs. Both are constants, so that each of these becomes a loop of its
 * own; and inlined, since V8 unrolls loops inside loops alone.
 */
// @ts-ignore: decorator
@inline
function block(ROWS: i32, N: i32, r: i32, column: i32, k: i32, depth: i32, width: i32): void {
  const given = changetype<Arguments>(ARGUMENTS);
  const stride = <usize>(given.H * BYTES);
  const out = given.out + <usize>r * stride + <usize>(column * BYTES);
  // what the sums begin with: the bias, or what they came to so far
  const begin = k ? out : given.bias ? given.bias + <usize>(column * BYTES) : ZEROS;
  const step = k ? stride : 0;
  let a0 = v128.load(begin);
  let a1 = N > 1 ? v128.load(begin, 16) : a0;
  let a2 = N > 2 ? v128.load(begin, 32) : a0;
  let b0 = ROWS > 1 ? v128.load(begin + step) : a0;
  let b1 = ROWS > 1 && N > 1 ? v128.load(begin + step, 16) : a0;
  let b2 = ROWS > 1 && N > 2 ? v128.load(begin + step, 32) : a0;
  let c0 = ROWS > 2 ? v128.load(begin + 2 * step) : a0;
  let c1 = ROWS > 2 && N > 1 ? v128.load(begin + 2 * step, 16) : a0;
  let c2 = ROWS > 2 && N > 2 ? v128.load(begin + 2 * step, 32) : a0;
  let d0 = ROWS > 3 ? v128.load(begin + 3 * step) : a0;
  let d1 = ROWS > 3 && N > 1 ? v128.load(begin + 3 * step, 16) : a0;
  const xColumn = given.xColumn;
  let xa = given.x + <usize>r * given.xRow + <usize>k * xColumn;
  let xb = xa + given.xRow;
  let xc = xb + given.xRow;
  let xd = xc + given.xRow;
  // the last tile of two vectors may fill only one
  const packed: usize = N == 3 ? 48 : 32;
  const end = panel + <usize>depth * packed;
  for (let w = panel; w < end; w += packed) {
    const w0 = v128.load(w);
    const w1 = N > 1 ? v128.load(w, 16) : w0;
    const w2 = N > 2 ? v128.load(w, 32) : w0;
    const a = splatAt(xa);
    const b = ROWS > 1 ? splatAt(xb) : a;
    const c = ROWS > 2 ? splatAt(xc) : a;
    const d = ROWS > 3 ? splatAt(xd) : a;
    a0 = multiplyAdd(a0, a, w0);
    if (N > 1) a1 = multiplyAdd(a1, a, w1);
    if (N > 2) a2 = multiplyAdd(a2, a, w2);
    if (ROWS > 1) b0 = multiplyAdd(b0, b, w0);
    if (ROWS > 1 && N > 1) b1 = multiplyAdd(b1, b, w1);
    if (ROWS > 1 && N > 2) b2 = multiplyAdd(b2, b, w2);
    if (ROWS > 2) c0 = multiplyAdd(c0, c, w0);
    if (ROWS > 2 && N > 1) c1 = multiplyAdd(c1, c, w1);
    if (ROWS > 2 && N > 2) c2 = multiplyAdd(c2, c, w2);
    if (ROWS > 3) d0 = multiplyAdd(d0, d, w0);
    if (ROWS > 3 && N > 1) d1 = multiplyAdd(d1, d, w1);
    xa += xColumn;
    if (ROWS > 1) xb += xColumn;
    if (ROWS > 2) xc += xColumn;
    if (ROWS > 3) xd += xColumn;
  }
  storeRow(N, out, a0, a1, a2, width);
  if (ROWS > 1) storeRow(N, out + stride, b0, b1, b2, width);
  if (ROWS > 2) storeRow(N, out + 2 * stride, c0, c1, c2, width);
  if (ROWS > 3) storeRow(N, out + 3 * stride, d0, d1, d1, width);
}

/** Stores as many columns as the tile is wide. */
// @ts-ignore: decorator
@inline
function storeRow(N: i32, out: usize, first: v128, second: v128, third: v128, width: i32): void {
  if (N > 1) v128.store(out, first);
  if (N > 2) v128.store(out, second, 16);
  storeFirst(out + <usize>((N - 1) << 4), N == 1 ? first : N == 2 ? second : third, width - (N - 1) * LANES);
}
