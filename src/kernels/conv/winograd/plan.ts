/**
 * Winograd's way to convolve with filters of 3 x 3, F(2x2, 3x3): tiles of 4 x 4 pixels and filters are transformed so that 16
 * products make four pixels of the output, where there were 36. Those of all channels and filters are 16 products of matrices:
 *
 *     M(i)[T, K] = V(i)[T, C] U(i)[C, K], i = 0 .. 15, of T tiles
 *
 * with V = Bᵀ x B of each tile of the padded image, U = G W Gᵀ, and out = Aᵀ M A. What is added up is larger than in the plain
 * way, but there is less of it: in float32 the results are as exact, within a millionth of the largest.
 *
 * Source: Lavin and Gray (2015), https://arxiv.org/abs/1509.09308
 */
import { panel } from '../../threads/panel';
import { BYTES } from '../../math/vector';
import { ColumnTiles } from '../column-tiles';
import { MAX_ROWS } from '../gather-block';
import { BLOCK_BYTES } from '../gather-product';
import { PaddedImage } from '../padded-image';

/** How many products there are. */
export const PRODUCTS: i32 = 16;

/**
 * What src/core/wasm/winograd-plan.ts writes to memory, for either direction: from channels to filters, or back. The image has an even
 * height and width and is padded by one pixel, so the output is as large.
 */
@unmanaged
export class WinogradPlan extends PaddedImage {
  /** How many channels come out. */
  K: i32;
  /** How many rows of tiles are transformed at a time. */
  tileRows: i32;
  /** Where the tiles' numbers are in V(i), and where those of a tile are. */
  tiles: usize;
  channels: usize;
  /** K in tiles of columns, and memory for U, product by product, in those. */
  columns: ColumnTiles;
  U: usize;
  /** [K] Zeros, for an output without a bias. */
  zeros: usize;
  /** Sums of the gradient of U, one for each band of images, and how many bands there are at most. */
  bands: i32;
  sums: usize;
  /** Whether the panels of workers have room for it. */
  mayShare: i32;
}

/** How many tiles are transformed at a time, at most. */
// @ts-ignore: decorator
@inline
function tilesAtOnce(plan: WinogradPlan): i32 {
  return plan.tileRows * (plan.W / 2);
}

/** Bytes between two products in V, and in M: blocks may write a few rows more. */
// @ts-ignore: decorator
@inline
export function strideOfV(plan: WinogradPlan): usize {
  return <usize>((tilesAtOnce(plan) + MAX_ROWS) * plan.C * BYTES);
}

// @ts-ignore: decorator
@inline
export function strideOfM(plan: WinogradPlan): usize {
  return <usize>((tilesAtOnce(plan) + MAX_ROWS) * plan.K * BYTES);
}

/** In the panel: what is left of a block, the padded image, V, M, and a tile of columns of M. */
// @ts-ignore: decorator
@inline
export function paddedIn(): usize {
  return panel + BLOCK_BYTES;
}

// @ts-ignore: decorator
@inline
export function VIn(plan: WinogradPlan): usize {
  return paddedIn() + plan.paddedBytes;
}

// @ts-ignore: decorator
@inline
export function MIn(plan: WinogradPlan): usize {
  return VIn(plan) + PRODUCTS * strideOfV(plan);
}

// @ts-ignore: decorator
@inline
export function columnsIn(plan: WinogradPlan): usize {
  return MIn(plan) + PRODUCTS * strideOfM(plan);
}

@unmanaged
export class Arguments {
  plan: WinogradPlan;
  out: usize;
  x: usize;
  b: usize;
  dout: usize;
  B: i32;
}
