/** What the kernels of a convolution are told of it before they compute: the memory that src/kernels/conv/plan.ts describes. */
import type { ConvolutionShape } from '../kernels/convolution.js';
import { outputSize } from '../kernels/windows.js';
import type { ColumnTile } from './column-tiles.js';
import type { Planner } from './planner.js';

/** Up to so many bytes of sums there is a band for each part: larger ones would fill the caches. */
const MAX_SUM_BYTES = 256 * 1024;

/** About so many bytes of dout Wᵀ are computed at a time. */
const COLUMN_BYTES = 24 * 1024;

/** A part of the taps is a multiple of so many (src/kernels/conv/by-weights.ts). */
const TAP_PART = 24;

export interface ConvolutionPlan {
  readonly pointer: number;
  /** A channel of the output is computed from the same channel of the input alone. */
  readonly isDepthwise: boolean;
}

export function planConvolution(shape: ConvolutionShape, size: number, planner: Planner): ConvolutionPlan {
  const { image, filters, window, stride, dilation, padding, groups } = shape;
  const [H, W, C] = image;
  const [KH, KW] = window;
  const [OH, OW] = outputSize(shape);
  const [top, left, bottom, right] = padding;
  const [paddedH, paddedW] = [H + top + bottom, W + left + right];
  const [channelsOfGroup, filtersOfGroup] = [C / groups, filters / groups];
  const P = OH * OW;
  const D = KH * KW * channelsOfGroup;
  const isDepthwise = channelsOfGroup === 1 && filtersOfGroup === 1;
  const { arena, wasm, bytes, spareRows } = planner;

  const filterTiles = planner.tiles(filtersOfGroup);
  const tapTiles = planner.tiles(D);
  const sumBytes = isDepthwise
    ? (D + 1) * planner.vectors(C) * 16
    : groups * rowBytesOf(filterTiles) * (D + spareRows + 1);
  const bands = isDepthwise || sumBytes <= MAX_SUM_BYTES ? planner.parts(size) : 1;
  const inputBand = spareRows * Math.max(1, Math.floor(COLUMN_BYTES / (D * bytes * spareRows)));

  const isPadded = paddedH !== H || paddedW !== W;
  const paddedBytes = isPadded ? paddedH * paddedW * C * bytes + 64 : 0;
  const columnBytes = D * bytes * (inputBand + spareRows) + 64;
  const mayShare = planner.widenPanels(Math.max(wasm.DOUT_BYTES.value, isDepthwise ? 0 : columnBytes) + paddedBytes);

  const tapOf = (i: number) => {
    const [c, kx, ky] = [
      i % channelsOfGroup,
      Math.floor(i / channelsOfGroup) % KW,
      Math.floor(i / channelsOfGroup / KW),
    ];
    return (ky * dilation[0] * paddedW + kx * dilation[1]) * C + c;
  };

  // in the order of plan.ts
  const pointer = planner.write({
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
    pixels: planner.table(P, (i) => (Math.floor(i / OW) * stride[0] * paddedW + (i % OW) * stride[1]) * C),
    taps: planner.table(D, tapOf),
    run: groups === 1 && dilation[1] === 1 ? KW * C : channelsOfGroup,
    doutPixels: planner.table(P, (i) => i * filters),
    doutFilters: planner.table(filtersOfGroup, (i) => i),
    filterTiles: planner.tileList(filterTiles),
    packed: isDepthwise ? 0 : arena.reserve(groups * rowBytesOf(filterTiles) * D),
    tapTiles: planner.tileList(tapTiles),
    packedTransposed: isDepthwise ? 0 : arena.reserve(groups * rowBytesOf(tapTiles) * filtersOfGroup),
    bands,
    sums: arena.reserve(bands * sumBytes),
    sumBytes,
    tapParts: bands === 1 ? planner.parts(Math.ceil(D / TAP_PART)) : 1,
    inputBand,
    mayShare,
  });
  return { pointer, isDepthwise };
}

/** Bytes of a row of all tiles. */
const rowBytesOf = (tiles: readonly ColumnTile[]): number => tiles.reduce((sum, { vectors }) => sum + 16 * vectors, 0);
