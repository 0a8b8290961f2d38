/** Pools in WebAssembly: what their kernels read of the windows (src/kernels/pools/windows.ts) is written to memory once. */
import type { Pooling } from '../kernels/pooling.js';
import { forEachTap, outputSize, type WindowShape } from '../kernels/windows.js';
import { sizeOf, type Tensor } from '../tensor.js';
import type { guardOf } from './or-textbook.js';
import type { Planner } from './planner.js';
import { overwritten, type WasmTensor, written } from './wasm-arena.js';

/** A winner among the pixels of a window is a byte. */
const MAX_PIXELS = 256;

/** For each window of an image, the pixels that it has. */
function pixelsOfWindows(shape: WindowShape): number[][] {
  const windows = Array.from({ length: sizeOf(outputSize(shape)) }, (): number[] => []);
  forEachTap(shape, (output, _, input) => windows[output].push(input));
  return windows;
}

/** Whether each pixel lies in one window, and in no other. */
function areApart(windows: readonly (readonly number[])[], { image: [H, W] }: WindowShape): boolean {
  const pixels = windows.flat();
  return pixels.length === H * W && new Set(pixels).size === H * W;
}

/** @param winners a pointer to bytes for each number of the output, and how many for an image; 0 without. */
function writeWindows(
  shape: WindowShape,
  windows: readonly (readonly number[])[],
  winners: { readonly pointer: number; readonly bytes: number },
  planner: Planner,
): number {
  const { arena, dtype, bytes } = planner;
  const [H, W, C] = shape.image;
  const pixelBytes = C * bytes;
  const lists = arena.integers(windows.length + 1);
  const pixels = arena.integers(windows.flat().length);
  let at = 0;
  for (const [i, window] of windows.entries()) {
    lists.numbers[i] = pixels.pointer + 4 * at;
    for (const pixel of window) pixels.numbers[at++] = pixel * pixelBytes;
  }
  lists.numbers[windows.length] = pixels.pointer + 4 * at;
  const shares = arena.tensor([windows.length], dtype);
  shares.data.set(windows.map(({ length }) => (length === 0 ? 0 : 1 / length)));
  // in the order of windows.ts
  return planner.write({
    C,
    count: windows.length,
    imageBytes: H * W * pixelBytes,
    outBytes: windows.length * pixelBytes,
    lists: lists.pointer,
    shares: shares.pointer,
    winners: winners.pointer,
    winnerBytes: winners.bytes,
    areApart: areApart(windows, shape) ? 1 : 0,
  });
}

export function wasmMaxPool(shape: WindowShape, size: number, planner: Planner, textbook: Pooling): Pooling {
  const { arena, wasm, dtype } = planner;
  const windows = pixelsOfWindows(shape);
  if (windows.some(({ length }) => length > MAX_PIXELS)) return textbook;
  const winnerBytes = windows.length * shape.image[2] + 16; // the last are written several at a time
  const winners = { pointer: arena.reserve(size * winnerBytes), bytes: winnerBytes };
  const pointer = writeWindows(shape, windows, winners, planner);
  /** Whether the textbook's loops know which numbers were the largest. */
  let isTextbook = false;
  return {
    forward(out, x) {
      isTextbook = x.shape[0] > size || !arena.holds(out) || !arena.holds(x);
      if (isTextbook) textbook.forward(out, x);
      else wasm.maxPool(pointer, overwritten(out), written(x), x.shape[0]);
    },
    backward(dx, dout) {
      if (isTextbook) return textbook.backward(dx, dout);
      // what was the largest is known here alone, so a gradient that lies elsewhere comes here
      const from = arena.holds(dout) ? dout : copyOf(dout);
      const to = arena.holds(dx) ? dx : arena.tensor(dx.shape, dtype);
      wasm.maxPoolBackward(pointer, overwritten(to), written(from), dout.shape[0]);
      if (to !== dx) dx.data.set(to.data);
    },
  };

  function copyOf({ shape, data }: Tensor): WasmTensor {
    const copy = arena.tensor(shape, dtype);
    copy.data.set(data);
    return copy;
  }
}

export function wasmAveragePool(
  shape: WindowShape,
  planner: Planner,
  orTextbook: ReturnType<typeof guardOf>,
  textbook: Pooling,
): Pooling {
  const { wasm } = planner;
  const pointer = writeWindows(shape, pixelsOfWindows(shape), { pointer: 0, bytes: 0 }, planner);
  return {
    forward: orTextbook(2, textbook.forward, (out, x) => {
      wasm.averagePool(pointer, overwritten(out), written(x), x.shape[0]);
    }),
    backward: orTextbook(2, textbook.backward, (dx, dout) => {
      wasm.averagePoolBackward(pointer, overwritten(dx), written(dout), dx.shape[0]);
    }),
  };
}
