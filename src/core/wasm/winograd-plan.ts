/** Convolutions by Winograd's transforms: which of them are, and what their kernels read (src/kernels/conv/winograd/plan.ts). */
import type { ConvolutionShape } from '../kernels/convolution.js';
import type { DType } from '../tensor.js';
import type { Planner } from './planner.js';

/** Fewer channels, or filters, cost more to transform than the products save. */
const FEWEST_CHANNELS = 32;

/** Both are a multiple of so many: then tiles of columns are full, whatever blocks there are. */
const CHANNELS = 16;

/** How many products of matrices there are. */
const PRODUCTS = 16;

/** Of more weights than so many, the transformed ones are too large for the caches. */
const MOST_WEIGHTS = 128 * 128;

/** About so many bytes of tiles are transformed at a time. */
const TILE_BYTES = 420 * 1024;

/**
 * Whether a convolution is one of 3 x 3 that keeps the size of its images, an even one, and has many channels. In float64 none is:
 * who asks for that wants digits more than speed, and the transforms cost one or two.
 */
export function isForWinograd(shape: ConvolutionShape, dtype: DType): boolean {
  const { image, filters, window, stride, dilation, padding, groups } = shape;
  const [H, W, C] = image;
  return (
    dtype === 'float32' &&
    groups === 1 &&
    C * filters <= MOST_WEIGHTS &&
    [H, W].every((length) => length % 2 === 0) &&
    window.every((length) => length === 3) &&
    [...stride, ...dilation, ...padding].every((length) => length === 1) &&
    [C, filters].every((count) => count >= FEWEST_CHANNELS && count % CHANNELS === 0)
  );
}

/** Pointers to a plan for each direction: from channels to filters, and back. */
export interface WinogradPlan {
  readonly forward: number;
  readonly back: number;
}

export function planWinograd({ image, filters }: ConvolutionShape, size: number, planner: Planner): WinogradPlan {
  const [H, W, C] = image;
  return {
    forward: planDirection([H, W, C], filters, size, planner),
    back: planDirection([H, W, filters], C, 0, planner),
  };
}

/** @param size of how many images at most gradients by the weights are computed; 0 where none are. */
function planDirection(
  [H, W, C]: readonly [number, number, number],
  K: number,
  size: number,
  planner: Planner,
): number {
  const { arena, wasm, bytes, spareRows } = planner;
  const inARow = W / 2;
  const tileBytes = PRODUCTS * (C + K) * bytes;
  const tileRows = Math.min(H / 2, Math.max(1, Math.floor(TILE_BYTES / tileBytes / inARow)));
  const tiles = tileRows * inARow;
  const bands = planner.parts(size);
  const sumBytes = PRODUCTS * (C + spareRows) * K * bytes + K * bytes;
  const mayShare = planner.widenPanels(
    (H + 2) * (W + 2) * C * bytes + (tiles + spareRows) * tileBytes + tiles * wasm.TILE_ROW_BYTES.value,
  );
  // in the order of winograd/plan.ts
  return planner.write({
    H,
    W,
    C,
    top: 1,
    left: 1,
    paddedH: H + 2,
    paddedW: W + 2,
    K,
    tileRows,
    tiles: planner.table(tiles, (i) => i * C),
    channels: planner.table(C, (c) => c),
    columns: planner.tileList(planner.tiles(K)),
    U: arena.reserve(PRODUCTS * C * K * bytes),
    zeros: arena.reserve(K * bytes),
    bands,
    sums: arena.reserve(bands * sumBytes),
    mayShare,
  });
}
