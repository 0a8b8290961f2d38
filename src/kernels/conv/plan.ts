/**
 * What is known of a convolution before it is computed: src/core/wasm/convolution.ts writes it to memory, word by word, in this
 * order. Offsets are in bytes, and tables of them end with a few more like the last, since blocks are whole.
 */
import { BYTES } from '../math/vector';
import { ColumnTiles } from './column-tiles';

@unmanaged
export class Plan {
  /** Images [H, W, C], and what they are with padding. */
  H: i32;
  W: i32;
  C: i32;
  top: i32;
  left: i32;
  paddedH: i32;
  paddedW: i32;
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

  get isPadded(): bool {
    return this.paddedH != this.H || this.paddedW != this.W;
  }

  get imageBytes(): usize {
    return <usize>(this.H * this.W * this.C * BYTES);
  }

  get paddedBytes(): usize {
    return <usize>(this.paddedH * this.paddedW * this.C * BYTES);
  }

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

/** An image with its padding: itself where it has none, else a copy in `room`. */
export function padded(plan: Plan, room: usize, image: usize): usize {
  if (!plan.isPadded) return image;
  const row = <usize>(plan.W * plan.C * BYTES);
  const paddedRow = <usize>(plan.paddedW * plan.C * BYTES);
  const left = <usize>(plan.left * plan.C * BYTES);
  let to = room + <usize>plan.top * paddedRow;
  memory.fill(room, 0, to - room);
  for (let y = 0; y < plan.H; y++, to += paddedRow, image += row) {
    memory.fill(to, 0, left);
    memory.copy(to + left, image, row);
    memory.fill(to + left + row, 0, paddedRow - left - row);
  }
  memory.fill(to, 0, room + plan.paddedBytes - to);
  return room;
}

/** The image in the middle of a padded one. */
export function withoutPadding(plan: Plan, image: usize, from: usize): void {
  const row = <usize>(plan.W * plan.C * BYTES);
  const paddedRow = <usize>(plan.paddedW * plan.C * BYTES);
  from += <usize>plan.top * paddedRow + <usize>(plan.left * plan.C * BYTES);
  for (let y = 0; y < plan.H; y++, from += paddedRow, image += row) memory.copy(image, from, row);
}
