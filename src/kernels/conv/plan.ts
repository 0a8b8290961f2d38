/**
 * What is known of a convolution before it is computed: src/core/wasm/convolution.ts writes it to memory, word by word, in this
 * order. Offsets are in bytes, and tables of them end with a few more like the last, since blocks are whole.
 */
import { BYTES } from '../math/vector';
import { ColumnTiles } from './column-tiles';
import { PaddedImage } from './padded-image';

@unmanaged
export class Plan extends PaddedImage {
  /** Filters, and how many groups they and the channels are cut into. */
  K: i32;
  groups: i32;
  /** How many pixels the output has, and how many taps a filter: (ky, kx, c), with the channels of its group. */
  P: i32;
  D: i32;
  /** Where output pixels begin in a padded image, and where taps are from there. */
  pixels: usize;
  taps: usize;
  /** How many taps lie side by side, from each multiple of that many on. */
  run: i32;
  /** Where pixels begin in dout, and filters in a pixel. */
  doutPixels: usize;
  doutFilters: usize;
  /** The filters of a group in tiles, and memory for W in those. */
  filterTiles: ColumnTiles;
  packed: usize;
  /** The taps of a group in tiles, and memory for Wᵀ in those. */
  tapTiles: ColumnTiles;
  packedTransposed: usize;
  /** How many sums by the weights there are at most, one for each band of images, and memory for them. */
  bands: i32;
  sums: usize;
  sumBytes: i32;
  /** How many parts the taps are cut into, where there is one band. */
  tapParts: i32;
  /** How many pixels of dout are multiplied by Wᵀ at a time. */
  inputBand: i32;
  /** Whether the panels of workers have room for it. */
  mayShare: i32;

  /** Bytes of the output of an image. */
  get outBytes(): usize {
    return <usize>(this.P * this.K * BYTES);
  }
}

/** How many channels, and filters, a group has. */
// @ts-ignore: decorator
@inline
export function channelsOf(plan: Plan): i32 {
  return plan.C / plan.groups;
}

// @ts-ignore: decorator
@inline
export function filtersOf(plan: Plan): i32 {
  return plan.K / plan.groups;
}

@unmanaged
export class Arguments {
  plan: Plan;
  out: usize;
  x: usize;
  /** What `out` begins with, or the second output. */
  b: usize;
  w: usize;
  B: i32;
}
