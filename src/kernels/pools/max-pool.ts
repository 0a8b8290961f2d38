/** The largest number of each window, channel by channel; a chunk is an image. */
import { Float } from '../math/float';
import { BYTES, LANES, storeFirst } from '../math/vector';
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { Arguments, forEachImage, listOf } from './windows';

/** out[B, OH, OW, C] = the largest number of each window of x[B, H, W, C], the first of equal ones; NaN if there is one. */
export function maxPool(windows: usize, out: usize, x: usize, B: i32): void {
  forEachImage(maxPoolChunk, windows, out, x, B);
}

function maxPoolChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const windows = a.windows;
  const C = windows.C;
  const x = a.x + <usize>chunk * windows.imageBytes;
  let out = a.out + <usize>chunk * windows.outBytes;
  let winners = windows.winners + <usize>chunk * windows.winnerBytes;
  for (let window = 0; window < windows.count; window++, out += <usize>(C * BYTES), winners += C) {
    const list = listOf(windows, window);
    const end = listOf(windows, window + 1);
    for (let c = 0; c < C; c += LANES) {
      const offset = <usize>(c * BYTES);
      let largest = v128.splat<Float>(<Float>-Infinity);
      let winner = indices(0);
      if (list < end) largest = v128.load(x + load<u32>(list) + offset);
      for (let p = list + 4; p < end; p += 4) {
        const next = v128.load(x + load<u32>(p) + offset);
        const isLarger = v128.or(v128.gt<Float>(next, largest), v128.ne<Float>(next, next));
        largest = v128.bitselect(next, largest, isLarger);
        winner = v128.bitselect(indices(<i32>((p - list) >> 2)), winner, isLarger);
      }
      storeFirst(out + offset, largest, min(LANES, C - c));
      storeIndices(winners + c, winner);
    }
  }
}

/** dx[B, H, W, C] = dout where x was the largest number of a window, else 0. */
export function maxPoolBackward(windows: usize, dx: usize, dout: usize, B: i32): void {
  forEachImage(maxPoolBackwardChunk, windows, dx, dout, B);
}

function maxPoolBackwardChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const windows = a.windows;
  const C = windows.C;
  const dx = a.out + <usize>chunk * windows.imageBytes;
  let dout = a.x + <usize>chunk * windows.outBytes;
  let winners = windows.winners + <usize>chunk * windows.winnerBytes;
  const areApart = windows.areApart != 0;
  if (!areApart) memory.fill(dx, 0, windows.imageBytes);
  for (let window = 0; window < windows.count; window++, dout += <usize>(C * BYTES), winners += C) {
    const list = listOf(windows, window);
    const end = listOf(windows, window + 1);
    for (let c = 0; c < C; c += LANES) {
      const offset = <usize>(c * BYTES);
      const gradient = v128.load(dout + offset);
      const winner = loadIndices(winners + c);
      for (let p = list; p < end; p += 4) {
        const to = dx + load<u32>(p) + offset;
        const share = v128.and(gradient, areEqual(winner, indices(<i32>((p - list) >> 2))));
        storeFirst(to, areApart ? share : v128.add<Float>(v128.load(to), share), min(LANES, C - c));
      }
    }
  }
}

/** An index for each lane of a vector of floats. */
// @ts-ignore: decorator
@inline
function indices(index: i32): v128 {
  return BYTES == 4 ? i32x4.splat(index) : i64x2.splat(index);
}

// @ts-ignore: decorator
@inline
function areEqual(a: v128, b: v128): v128 {
  return BYTES == 4 ? i32x4.eq(a, b) : i64x2.eq(a, b);
}

/** Stores them as bytes, all of a vector. */
// @ts-ignore: decorator
@inline
function storeIndices(p: usize, vector: v128): void {
  if (BYTES == 4) {
    const halves = i16x8.narrow_i32x4_u(vector, vector);
    v128.store32_lane(p, i8x16.narrow_i16x8_u(halves, halves), 0);
  } else {
    v128.store8_lane(p, vector, 0);
    v128.store8_lane(p, vector, 8, 1);
  }
}

// @ts-ignore: decorator
@inline
function loadIndices(p: usize): v128 {
  if (BYTES == 4) return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(p)));
  return i64x2.replace_lane(i64x2.splat(load<u8>(p)), 1, load<u8>(p, 1));
}
