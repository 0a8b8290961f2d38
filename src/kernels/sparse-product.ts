import { storeTile } from './product';
import { lanes, multiplyAdd, splatAt } from './vector';

/**
 * out[R, H] = bias[H] + Σ over the entries of row r: table[byte] w[place, H]. An entry is `place << 16 | byte`; row r's
 * are `counts[r]` entries from the address in `lists[r]`.
 *
 * With rows of x as lists it is x W, places being columns; with columns of x as lists it is xᵀ dout, places being rows.
 */
// @ts-ignore: decorator
@inline
export function sparseProduct<T>(
  out: usize,
  lists: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  R: i32,
  H: i32,
): void {
  const tile = 7 * lanes<T>();
  for (let column: i32 = 0; column < H; column += tile) {
    const width = min(tile, H - column);
    const offset = <usize>column * sizeof<T>();
    const b = bias ? bias + offset : 0;
    switch ((width + lanes<T>() - 1) / lanes<T>()) {
      case 7:
        tileOf<T>(7, out + offset, lists, counts, table, w + offset, b, R, H, width);
        break;
      case 6:
        tileOf<T>(6, out + offset, lists, counts, table, w + offset, b, R, H, width);
        break;
      case 5:
        tileOf<T>(5, out + offset, lists, counts, table, w + offset, b, R, H, width);
        break;
      case 4:
        tileOf<T>(4, out + offset, lists, counts, table, w + offset, b, R, H, width);
        break;
      case 3:
        tileOf<T>(3, out + offset, lists, counts, table, w + offset, b, R, H, width);
        break;
      case 2:
        tileOf<T>(2, out + offset, lists, counts, table, w + offset, b, R, H, width);
        break;
      default:
        tileOf<T>(1, out + offset, lists, counts, table, w + offset, b, R, H, width);
    }
  }
}

// @ts-ignore: decorator
@inline
function tileOf<T>(
  N: i32,
  out: usize,
  lists: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  R: i32,
  H: i32,
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
    const first = <usize>load<u32>(lists + (<usize>r << 2));
    const end = first + (<usize>load<u32>(counts + (<usize>r << 2)) << 2);
    for (let entry = first; entry < end; entry += 4) {
      const e = load<u32>(entry);
      const v = splatAt<T>(table + <usize>(e & 0xffff) * sizeof<T>());
      const p = w + <usize>(e >> 16) * stride;
      a0 = multiplyAdd<T>(a0, v, p);
      if (N > 1) a1 = multiplyAdd<T>(a1, v, p + 16);
      if (N > 2) a2 = multiplyAdd<T>(a2, v, p + 32);
      if (N > 3) a3 = multiplyAdd<T>(a3, v, p + 48);
      if (N > 4) a4 = multiplyAdd<T>(a4, v, p + 64);
      if (N > 5) a5 = multiplyAdd<T>(a5, v, p + 80);
      if (N > 6) a6 = multiplyAdd<T>(a6, v, p + 96);
    }
    storeTile<T>(N, out + <usize>r * stride, width, a0, a1, a2, a3, a4, a5, a6);
  }
}
