/** Grey morphology: the least or the largest of all pixels in a square window around each. */

type Pick = (a: number, b: number) => number;

/**
 * Closing: what is darker than its surroundings and narrower than the window is filled up to them; edges and slopes stay.
 * The picture goes on beyond its border as it is there, or slopes would end in steps. Opening, the same of what is lighter,
 * is closing of the negative.
 *
 * Source: Serra, Image Analysis and Mathematical Morphology (1982).
 *
 * @param data [height, width]
 * @param reach how far the window goes from its middle, in pixels
 */
export function closing(data: Float64Array, width: number, reach: number): Float64Array {
  const height = data.length / width;
  const wide = width + 2 * reach;
  const padded = new Float64Array(wide * (height + 2 * reach));
  const inside = (at: number, length: number): number => Math.min(length - 1, Math.max(0, at - reach));
  for (let i = 0; i < padded.length; i++) {
    padded[i] = data[inside(Math.floor(i / wide), height) * width + inside(i % wide, width)];
  }
  const closed = windowed(windowed(padded, wide, reach, Math.max), wide, reach, Math.min);
  return data.map((_, i) => closed[(Math.floor(i / width) + reach) * wide + (i % width) + reach]);
}

/** Dilation by `Math.max`, erosion by `Math.min`. */
export function windowed(data: Float64Array, width: number, reach: number, pick: Pick): Float64Array {
  if (reach === 0) return data;
  const height = data.length / width;
  const result = data.slice();
  for (let y = 0; y < height; y++) along(result, y * width, 1, width, reach, pick);
  for (let x = 0; x < width; x++) along(result, x, width, height, reach, pick);
  return result;
}

/**
 * One row or column, in place: `count` pixels from `start` on, `step` apart. Three comparisons a pixel, however wide the
 * window: it is the end of one block of its own width and the start of the next, and what is best from each block's ends
 * on is known. Source: van Herk (1992); Gil and Werman (1993).
 */
function along(data: Float64Array, start: number, step: number, count: number, reach: number, pick: Pick): void {
  const block = 2 * reach + 1;
  const forward = new Float64Array(count); // best from the start of the block to here
  const backward = new Float64Array(count); // best from here to the end of the block
  for (let i = 0; i < count; i++) {
    const value = data[start + i * step];
    forward[i] = i % block === 0 ? value : pick(forward[i - 1], value);
  }
  for (let i = count - 1; i >= 0; i--) {
    const value = data[start + i * step];
    backward[i] = i === count - 1 || i % block === block - 1 ? value : pick(backward[i + 1], value);
  }
  for (let i = 0; i < count; i++) {
    const first = Math.max(0, i - reach);
    const last = Math.min(count - 1, i + reach);
    // both lie in one block where the picture ends: then what reaches to its end, or comes from its start, is the window
    const sameBlock = Math.floor(first / block) === Math.floor(last / block);
    if (!sameBlock) data[start + i * step] = pick(backward[first], forward[last]);
    else data[start + i * step] = first === 0 ? forward[last] : backward[first];
  }
}
