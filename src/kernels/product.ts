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
  share(PRODUCT, tiles * a.blocks, <i64>R * K * H > PRODUCTS);
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
      if (width > LANES) rowsOf(4, 2, out, begin, step, stride, x, a.xRow, a.xColumn, depth, width);
      else rowsOf(4, 1, out, begin, step, stride, x, a.xRow, a.xColumn, depth, width);
      out += stride << 2;
      x += a.xRow << 2;
    }
    for (; r < end; r++) {
      if (k) begin = out;
      if (width > LANES) rowsOf(1, 2, out, begin, 0, stride, x, a.xRow, a.xColumn, depth, width);
      else rowsOf(1, 1, out, begin, 0, stride, x, a.xRow, a.xColumn, depth, width);
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

/** `rows` times `vectors` sums, all in registers while k runs. */
// @ts-ignore: decorator
@inline
function rowsOf(
  rows: i32,
  vectors: i32,
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
    if (vectors > 1) a1 = v128.load(begin, 16);
    if (rows > 1) {
      const b = begin + beginRow;
      const c = b + beginRow;
      const d = c + beginRow;
      b0 = v128.load(b);
      c0 = v128.load(c);
      d0 = v128.load(d);
      if (vectors > 1) {
        b1 = v128.load(b, 16);
        c1 = v128.load(c, 16);
        d1 = v128.load(d, 16);
      }
    }
  }

  let w = panel;
  const end = w + <usize>(depth * PACKED);
  let xa = x;
  let xb = xa + xRow;
  let xc = xb + xRow;
  let xd = xc + xRow;
  while (w < end) {
    const w0 = v128.load(w);
    const w1 = vectors > 1 ? v128.load(w, 16) : zero;
    const fa = splatAt(xa);
    a0 = multiplyAdd(a0, fa, w0);
    if (vectors > 1) a1 = multiplyAdd(a1, fa, w1);
    if (rows > 1) {
      const fb = splatAt(xb);
      b0 = multiplyAdd(b0, fb, w0);
      if (vectors > 1) b1 = multiplyAdd(b1, fb, w1);
      const fc = splatAt(xc);
      c0 = multiplyAdd(c0, fc, w0);
      if (vectors > 1) c1 = multiplyAdd(c1, fc, w1);
      const fd = splatAt(xd);
      d0 = multiplyAdd(d0, fd, w0);
      if (vectors > 1) d1 = multiplyAdd(d1, fd, w1);
      xb += xColumn;
      xc += xColumn;
      xd += xColumn;
    }
    xa += xColumn;
    w += PACKED;
  }

  storeRow(vectors, out, a0, a1, width);
  if (rows > 1) {
    storeRow(vectors, out + outRow, b0, b1, width);
    storeRow(vectors, out + 2 * outRow, c0, c1, width);
    storeRow(vectors, out + 3 * outRow, d0, d1, width);
  }
}

// @ts-ignore: decorator
@inline
function storeRow(vectors: i32, out: usize, v0: v128, v1: v128, width: i32): void {
  if (vectors == 1) return storeFirst(out, v0, width);
  v128.store(out, v0);
  storeFirst(out + 16, v1, width - LANES);
}
