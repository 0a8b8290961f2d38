/** Many small pictures as one, in rows: weights of units, filters, mistakes. */
import { rangeOf } from '../core/inspect/histogram.js';
import type { Pixels } from './png.js';

/** A small picture, row by row: one number a pixel, or red, green and blue. */
export interface Tile {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: ArrayLike<number>;
}

/** Grey, or in colours: from the smallest number, black, to the largest, white; bytes stay as they are. */
export function greyOf({ width, height, channels, data }: Tile): Pixels {
  const isBytes = data instanceof Uint8Array;
  const [low, high] = isBytes ? [0, 255] : rangeOf(data);
  const scale = 255 / (high - low || 1);
  return { width, height, channels, data: Uint8Array.from(data, (value) => Math.round((value - low) * scale)) };
}

/** The tiles side by side, with lines of pixels between; numbers below 0 are blue, 0 is white, those above are red. */
export function signedSheet(tiles: readonly Tile[], columns: number): Pixels {
  const [{ width, height }] = tiles;
  const gap = 1;
  const across = Math.min(columns, tiles.length);
  const whole = {
    width: across * (width + gap) - gap,
    height: Math.ceil(tiles.length / across) * (height + gap) - gap,
  };
  const data = new Uint8Array(3 * whole.width * whole.height).fill(128);
  for (const [i, tile] of tiles.entries()) {
    const [left, top] = [(i % across) * (width + gap), Math.floor(i / across) * (height + gap)];
    const most = Math.max(...rangeOf(tile.data).map(Math.abs)) || 1; // each tile has its own scale
    for (let pixel = 0; pixel < width * height; pixel++) {
      const at = 3 * ((top + Math.floor(pixel / width)) * whole.width + left + (pixel % width));
      data.set(colourOf(tile.data[pixel] / most), at);
    }
  }
  return { ...whole, channels: 3, data };
}

const [BLUE, WHITE, RED] = [
  [33, 102, 172],
  [247, 247, 247],
  [178, 24, 43],
];

/** Source: the diverging scheme RdBu of ColorBrewer, by Cynthia Brewer. @param share from -1 to 1 */
function colourOf(share: number): number[] {
  const end = share < 0 ? BLUE : RED;
  return WHITE.map((white, i) => Math.round(white + (end[i] - white) * Math.min(1, Math.abs(share))));
}
