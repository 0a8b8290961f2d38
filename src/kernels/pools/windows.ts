/** Windows over images [H, W, C], which become one pixel each: src/core/wasm/pooling.ts writes to memory which pixels each has. */
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { Chunk, parallelFor } from '../threads/parallel';

@unmanaged
export class Windows {
  C: i32;
  /** How many windows an image has. */
  count: i32;
  /** Bytes of an image, and of what becomes of it. */
  imageBytes: i32;
  outBytes: i32;
  /** [count + 1] Pointers to the list of each window's pixels; a list ends where the next begins. */
  lists: usize;
  /** [count] floats: what one pixel of each window counts in its mean. */
  shares: usize;
  /** Which of its window's pixels each number of the output is, a byte each, and bytes for an image. */
  winners: usize;
  winnerBytes: i32;
  /** Whether each pixel of an image lies in one window, and in no other. */
  areApart: i32;
}

@unmanaged
export class Arguments {
  windows: Windows;
  out: usize;
  x: usize;
}

/** From how many bytes of images on threads pay. */
const WORTHWHILE: i64 = 80_000;

/** The list of a window's pixels: their offsets in bytes, 4 bytes each. */
// @ts-ignore: decorator
@inline
export function listOf(windows: Windows, window: i32): usize {
  return load<u32>(windows.lists + <usize>(window << 2));
}

/** Runs a kernel that reads B images of `x` and writes as many to `out`, one a chunk. */
export function forEachImage(kernel: Chunk, windows: usize, out: usize, x: usize, B: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.windows = changetype<Windows>(windows);
  a.out = out;
  a.x = x;
  parallelFor(kernel, B, <i64>B * a.windows.imageBytes > WORTHWHILE);
}
