import { Float } from './float';
import { isNew, panel } from './panel';
import { ARGUMENTS, nextCall, share } from './parallel';
import { PRODUCT } from './units';
import { BYTES, LANES, multiplyAdd, splatAt, storeFirst } from './vector';

/** Columns of a tile: two vectors. Four rows of sums, two vectors of w and four factors leave one register free. */
const TILE: i32 = 2 * LANES;
/** Bytes of a row of a packed tile. */
const PACKED: i32 = 32;

/** How many rows of w are packed at a time: 32 kB, as much as the first cache holds. */
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
  // whole groups of four rows in a unit
  a.rows = min((R + 3) & -4, (PRODUCTS / (K * TILE) + 4) & -4);
  a.blocks = (R + a.rows - 1) / a.rows;
  const tiles = (H + TILE - 1) / TILE;
  share(PRODUCT, tiles * a.blocks, <i64>R * K * H > WORTHWHILE);
}

/** Some rows of one tile of columns. */
export function productUnit(unit: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const column = (unit / a.blocks) * TILE;
  const width = min(TILE, a.H - column);
  const first = (unit % a.blocks) * a.rows;
  const end = min(first + a.rows, a.R);
  const stride = <usize>(a.H * BYTES);
  for (let k = 0; k < a.K; k += DEPTH) {
    const depth = min(DEPTH, a.K - k);
    if (isNew(a.call, column + k * a.H)) {
      pack(a.w + <usize>k * a.wRow + <usize>column * a.wColumn, a.wRow, a.wColumn, depth, width);
    }
    // what the sums begin with: the bias, or what they came to so far
    let begin = a.bias ? a.bias + <usize>(column * BYTES) : 0;
    let out = a.out + <usize>(column * BYTES) + <usize>first * stride;
    let x = a.x + <usize>first * a.xRow + <usize>k * a.xColumn;
    let r = first;
    for (; r + 4 <= end; r += 4) {
      if (k) begin = out;
      const step = k ? stride : 0;
      if (width > LANES) fourByTwo(out, begin, step, stride, x, a.xRow, a.xColumn, depth, width);
      else fourByOne(out, begin, step, stride, x, a.xRow, a.xColumn, depth, width);
      out += stride << 2;
      x += a.xRow << 2;
    }
    for (; r < end; r++) {
      if (k) begin = out;
      oneByTwo(out, begin, x, a.xColumn, depth, width);
      out += stride;
      x += a.xRow;
    }
  }
}

/** Copies `depth` rows of a tile of w side by side; columns beyond `width` become 0. */
function pack(w: usize, wRow: usize, wColumn: usize, depth: i32, width: i32): void {
  let to = panel;
  const end = to + <usize>(depth * PACKED);
  if (wColumn == BYTES && width == TILE) {
    for (; to < end; to += PACKED) {
      v128.store(to, v128.load(w));
      v128.store(to, v128.load(w, 16), 16);
      w += wRow;
    }
    return;
  }
  for (; to < end; to += PACKED) {
    for (let h = 0; h < TILE; h++) {
      store<Float>(to + <usize>(h * BYTES), h < width ? load<Float>(w + <usize>h * wColumn) : 0);
    }
    w += wRow;
  }
}

/**
 * Four rows by two vectors of sums, all in registers while k runs. Inlined, since V8 unrolls loops inside loops alone.
 */
// @ts-ignore: decorator
@inline
function fourByTwo(
  out: usize,
  begin: usize,
  beginRow: usize,
  outRow: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  depth: i32,
  width: i32,
): void {
  const zero = v128.splat<Float>(0);
  let a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero;
  if (begin) {
    a0 = v128.load(begin);
    a1 = v128.load(begin, 16);
    b0 = v128.load(begin + beginRow);
    b1 = v128.load(begin + beginRow, 16);
    c0 = v128.load(begin + 2 * beginRow);
    c1 = v128.load(begin + 2 * beginRow, 16);
    d0 = v128.load(begin + 3 * beginRow);
    d1 = v128.load(begin + 3 * beginRow, 16);
  }
  let xb = x + xRow;
  let xc = xb + xRow;
  let xd = xc + xRow;
  const end = panel + <usize>(depth * PACKED);
  for (let w = panel; w < end; w += PACKED) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const a = splatAt(x);
    const b = splatAt(xb);
    const c = splatAt(xc);
    const d = splatAt(xd);
    a0 = multiplyAdd(a0, a, w0);
    a1 = multiplyAdd(a1, a, w1);
    b0 = multiplyAdd(b0, b, w0);
    b1 = multiplyAdd(b1, b, w1);
    c0 = multiplyAdd(c0, c, w0);
    c1 = multiplyAdd(c1, c, w1);
    d0 = multiplyAdd(d0, d, w0);
    d1 = multiplyAdd(d1, d, w1);
    x += xColumn;
    xb += xColumn;
    xc += xColumn;
    xd += xColumn;
  }
  storePair(out, a0, a1, width);
  storePair(out + outRow, b0, b1, width);
  storePair(out + 2 * outRow, c0, c1, width);
  storePair(out + 3 * outRow, d0, d1, width);
}

/** Four rows by one vector, for the last columns of w. */
function fourByOne(
  out: usize,
  begin: usize,
  beginRow: usize,
  outRow: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  depth: i32,
  width: i32,
): void {
  const zero = v128.splat<Float>(0);
  let a = begin ? v128.load(begin) : zero;
  let b = begin ? v128.load(begin + beginRow) : zero;
  let c = begin ? v128.load(begin + 2 * beginRow) : zero;
  let d = begin ? v128.load(begin + 3 * beginRow) : zero;
  const end = panel + <usize>(depth * PACKED);
  for (let w = panel; w < end; w += PACKED) {
    const w0 = v128.load(w);
    a = multiplyAdd(a, splatAt(x), w0);
    b = multiplyAdd(b, splatAt(x + xRow), w0);
    c = multiplyAdd(c, splatAt(x + 2 * xRow), w0);
    d = multiplyAdd(d, splatAt(x + 3 * xRow), w0);
    x += xColumn;
  }
  storeFirst(out, a, width);
  storeFirst(out + outRow, b, width);
  storeFirst(out + 2 * outRow, c, width);
  storeFirst(out + 3 * outRow, d, width);
}

/** One row by two vectors, for the last rows of x. */
function oneByTwo(out: usize, begin: usize, x: usize, xColumn: usize, depth: i32, width: i32): void {
  const zero = v128.splat<Float>(0);
  let a0 = begin ? v128.load(begin) : zero;
  let a1 = begin ? v128.load(begin, 16) : zero;
  const end = panel + <usize>(depth * PACKED);
  for (let w = panel; w < end; w += PACKED) {
    const a = splatAt(x);
    a0 = multiplyAdd(a0, a, v128.load(w));
    a1 = multiplyAdd(a1, a, v128.load(w, 16));
    x += xColumn;
  }
  storePair(out, a0, a1, width);
}

// @ts-ignore: decorator
@inline
function storePair(out: usize, first: v128, second: v128, width: i32): void {
  storeFirst(out, first, width);
  if (width > LANES) storeFirst(out + 16, second, width - LANES);
}
