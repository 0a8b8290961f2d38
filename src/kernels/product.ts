import { lanes, multiplyAdd, splatAt, storeFirst } from './vector';

/**
 * out[R, H] = bias[H] + Σ_k x(r, k) w[k, H]: a dense product, a tile of columns at a time.
 *
 * x(r, k) stands at x + r * xRow + k * xColumn (bytes), so that the same loop serves x W, dout Wᵀ and xᵀ dout. A bias of
 * 0 (no pointer) counts as zeros. Rows of w and out are H floats, one after another; reads may run up to 15 bytes past
 * the end of a buffer.
 */
// @ts-ignore: decorator
@inline
export function product<T>(
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
): void {
  const tile = 7 * lanes<T>();
  for (let column: i32 = 0; column < H; column += tile) {
    const width = min(tile, H - column);
    const offset = <usize>column * sizeof<T>();
    const b = bias ? bias + offset : 0;
    switch ((width + lanes<T>() - 1) / lanes<T>()) {
      case 7:
        tileOf<T>(7, out + offset, x, w + offset, b, R, K, H, xRow, xColumn, width);
        break;
      case 6:
        tileOf<T>(6, out + offset, x, w + offset, b, R, K, H, xRow, xColumn, width);
        break;
      case 5:
        tileOf<T>(5, out + offset, x, w + offset, b, R, K, H, xRow, xColumn, width);
        break;
      case 4:
        tileOf<T>(4, out + offset, x, w + offset, b, R, K, H, xRow, xColumn, width);
        break;
      case 3:
        tileOf<T>(3, out + offset, x, w + offset, b, R, K, H, xRow, xColumn, width);
        break;
      case 2:
        tileOf<T>(2, out + offset, x, w + offset, b, R, K, H, xRow, xColumn, width);
        break;
      default:
        tileOf<T>(1, out + offset, x, w + offset, b, R, K, H, xRow, xColumn, width);
    }
  }
}

// @ts-ignore: decorator
@inline
function tileOf<T>(
  N: i32,
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
  width: i32,
): void {
  const stride = <usize>H * sizeof<T>();
  const zero = v128.splat<T>(0);
  for (let r: i32 = 0; r < R; r++) {
    // seven sums: with a factor and the vectors that are loaded, as many as the machine has registers for
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero;
    if (bias) {
      a0 = v128.load(bias);
      if (N > 1) a1 = v128.load(bias, 16);
      if (N > 2) a2 = v128.load(bias, 32);
      if (N > 3) a3 = v128.load(bias, 48);
      if (N > 4) a4 = v128.load(bias, 64);
      if (N > 5) a5 = v128.load(bias, 80);
      if (N > 6) a6 = v128.load(bias, 96);
    }
    let p = w;
    let px = x + <usize>r * xRow;
    for (let k: i32 = 0; k < K; k++) {
      const v = splatAt<T>(px);
      a0 = multiplyAdd<T>(a0, v, p);
      if (N > 1) a1 = multiplyAdd<T>(a1, v, p + 16);
      if (N > 2) a2 = multiplyAdd<T>(a2, v, p + 32);
      if (N > 3) a3 = multiplyAdd<T>(a3, v, p + 48);
      if (N > 4) a4 = multiplyAdd<T>(a4, v, p + 64);
      if (N > 5) a5 = multiplyAdd<T>(a5, v, p + 80);
      if (N > 6) a6 = multiplyAdd<T>(a6, v, p + 96);
      p += stride;
      px += xColumn;
    }
    storeTile<T>(N, out + <usize>r * stride, width, a0, a1, a2, a3, a4, a5, a6);
  }
}

/** Stores N vectors side by side, the last of them only as far as the tile is wide. */
// @ts-ignore: decorator
@inline
export function storeTile<T>(
  N: i32,
  o: usize,
  width: i32,
  a0: v128,
  a1: v128,
  a2: v128,
  a3: v128,
  a4: v128,
  a5: v128,
  a6: v128,
): void {
  const tail = width - (N - 1) * lanes<T>();
  if (N > 1) v128.store(o, a0);
  else storeFirst<T>(o, a0, tail);
  if (N > 2) v128.store(o, a1, 16);
  else if (N > 1) storeFirst<T>(o + 16, a1, tail);
  if (N > 3) v128.store(o, a2, 32);
  else if (N > 2) storeFirst<T>(o + 32, a2, tail);
  if (N > 4) v128.store(o, a3, 48);
  else if (N > 3) storeFirst<T>(o + 48, a3, tail);
  if (N > 5) v128.store(o, a4, 64);
  else if (N > 4) storeFirst<T>(o + 64, a4, tail);
  if (N > 6) v128.store(o, a5, 80);
  else if (N > 5) storeFirst<T>(o + 80, a5, tail);
  if (N > 6) storeFirst<T>(o + 96, a6, tail);
}
