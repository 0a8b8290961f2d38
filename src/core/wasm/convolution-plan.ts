/** What the kernels of a convolution are told of it before they compute: the memory that src/kernels/conv/plan.ts describes. */
import type { ConvolutionShape } from '../kernels/convolution.js';
import { outputSize } from '../kernels/windows.js';
import { bytesOf, type DType } from '../tensor.js';
import { type BlockShapes, type ColumnTile, columnTiles } from './column-tiles.js';
import type { Panels } from './panels.js';
import type { WasmArena } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/**
 * How many bands of images have sums of their own by the weights, or how many parts the taps are cut into, at most: 2, 3, 4 and
 * 6 threads have the same number each.
 */
const PARTS = 12;

/** Up to so many bytes of sums there is a band for each part: larger ones would fill the caches. */
const MAX_SUM_BYTES = 256 * 1024;

/** About so many bytes of dout Wᵀ are computed at a time. */
const COLUMN_BYTES = 24 * 1024;

/** A part of the taps is a multiple of so many (src/kernels/conv/by-weights.ts). */
const TAP_PART = 24;

/** What a plan is made with. */
export interface Planner {
  readonly arena: WasmArena;
  readonly wasm: WasmExports;
  readonly panels: Panels;
  readonly blocks: BlockShapes;
  readonly dtype: DType;
}

export interface ConvolutionPlan {
  readonly pointer: number;
  /** A channel of the output is computed from the same channel of the input alone. */
  readonly isDepthwise: boolean;
}

export function planConvolution(
  shape: ConvolutionShape,
  size: number,
  { arena, wasm, panels, blocks, dtype }: Planner,
): ConvolutionPlan {
  const { image, filters, window, stride, dilation, padding, groups } = shape;
  const [H, W, C] = image;
  const [KH, KW] = window;
  const [OH, OW] = outputSize(shape);
  const bytes = bytesOf(dtype);
  const lanes = 16 / bytes;
  const [top, left, bottom, right] = padding;
  const [paddedH, paddedW] = [H + top + bottom, W + left + right];
  const [channelsOfGroup, filtersOfGroup] = [C / groups, filters / groups];
  const P = OH * OW;
  const D = KH * KW * channelsOfGroup;
  const isDepthwise = channelsOfGroup === 1 && filtersOfGroup === 1;
  const spareRows = wasm.MAX_ROWS.value;

  const filterTiles = columnTiles(filtersOfGroup, lanes, blocks);
  const tapTiles = columnTiles(D, lanes, blocks);
  const sumBytes = isDepthwise
    ? (D + 1) * Math.ceil(C / lanes) * 16
    : groups * rowBytesOf(filterTiles) * (D + spareRows + 1);
  const bands = isDepthwise || sumBytes <= MAX_SUM_BYTES ? Math.min(size, PARTS) : 1;
  const tapParts = bands === 1 ? Math.min(PARTS, Math.ceil(D / TAP_PART)) : 1;
  const inputBand = spareRows * Math.max(1, Math.floor(COLUMN_BYTES / (D * bytes * spareRows)));

  const isPadded = paddedH !== H || paddedW !== W;
  const paddedBytes = isPadded ? paddedH * paddedW * C * bytes + 64 : 0;
  const roomForInput = D * bytes * (inputBand + spareRows) + 64;
  const mayShare = panels.widen(
    wasm.BLOCK_BYTES.value + Math.max(wasm.DOUT_BYTES.value, isDepthwise ? 0 : roomForInput) + paddedBytes,
  );

  const tapOf = (i: number) => {
    const [c, kx, ky] = [
      i % channelsOfGroup,
      Math.floor(i / channelsOfGroup) % KW,
      Math.floor(i / channelsOfGroup / KW),
    ];
    return (ky * dilation[0] * paddedW + kx * dilation[1]) * C + c;
  };
  const table = (length: number, at: (i: number) => number): number => {
    const { numbers, pointer } = arena.integers(length + spareRows);
    for (let i = 0; i < numbers.length; i++) numbers[i] = bytes * at(Math.min(i, length - 1));
    return pointer;
  };
  const tileList = (tiles: readonly ColumnTile[]): number => {
    const { numbers, pointer } = arena.integers(1 + 4 * tiles.length);
    numbers[0] = tiles.length;
    for (const [i, { column, width, vectors, rows }] of tiles.entries()) {
      numbers.set([column * bytes, width, vectors, rows], 1 + 4 * i);
    }
    return pointer;
  };

  // in the order of plan.ts
  const words = {
    H,
    W,
    C,
    top,
    left,
    paddedH,
    paddedW,
    filters,
    groups,
    P,
    D,
    pixels: table(P, (i) => (Math.floor(i / OW) * stride[0] * paddedW + (i % OW) * stride[1]) * C),
    taps: table(D, tapOf),
    run: groups === 1 && dilation[1] === 1 ? KW * C : channelsOfGroup,
    doutPixels: table(P, (i) => i * filters),
    doutFilters: table(filtersOfGroup, (i) => i),
    filterTiles: tileList(filterTiles),
    packed: isDepthwise ? 0 : arena.reserve(groups * rowBytesOf(filterTiles) * D),
    tapTiles: tileList(tapTiles),
    packedTransposed: isDepthwise ? 0 : arena.reserve(groups * rowBytesOf(tapTiles) * filtersOfGroup),
    bands,
    sums: arena.reserve(bands * sumBytes),
    sumBytes,
    tapParts,
    inputBand,
    mayShare: mayShare ? 1 : 0,
  };
  const { numbers, pointer } = arena.integers(Object.keys(words).length);
  numbers.set(Object.values(words));
  return { pointer, isDepthwise };
}

/** Bytes of a row of all tiles. */
const rowBytesOf = (tiles: readonly ColumnTile[]): number => tiles.reduce((sum, { vectors }) => sum + 16 * vectors, 0);
