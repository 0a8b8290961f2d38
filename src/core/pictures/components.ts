/** Ink that hangs together, and which of it is the digit. */

/** Pixels with at least this much ink belong to a stroke's edge, those with as much as STRONG to the stroke. */
const WEAK = 0.1;
const STRONG = 0.5;

/** Of the largest piece: what has less ink is dust. */
const DUST = 0.03;

interface Piece {
  /** Indices of its pixels. */
  readonly pixels: readonly number[];
  /** Whether it runs off the picture: the edge of a table, a shadow. */
  readonly atEdge: boolean;
}

/**
 * The same ink without dust, and without what runs off the picture where there is something of some size that does not.
 *
 * @param ink [height, width], from 0 to 1
 */
export function digitIn(ink: Float64Array, width: number): Float64Array {
  const pieces = piecesOf(ink, width);
  const inside = pieces.filter(({ atEdge }) => !atEdge);
  const largest = sizeOfLargest(pieces);
  const meant = sizeOfLargest(inside) >= largest / 10 ? inside : pieces;
  const least = DUST * sizeOfLargest(meant);
  const cleaned = new Float64Array(ink.length);
  for (const { pixels } of meant) {
    if (pixels.length < least) continue;
    for (const pixel of pixels) cleaned[pixel] = ink[pixel];
  }
  return cleaned;
}

const sizeOfLargest = (pieces: readonly Piece[]): number =>
  pieces.reduce((most, { pixels }) => Math.max(most, pixels.length), 0);

/** Pixels that touch, also at a corner, and of which one at least is well inked. */
export function piecesOf(ink: Float64Array, width: number): Piece[] {
  const height = ink.length / width;
  const seen = new Uint8Array(ink.length);
  const pieces: Piece[] = [];
  for (let start = 0; start < ink.length; start++) {
    if (seen[start] || ink[start] < STRONG) continue;
    seen[start] = 1;
    const pixels = [start];
    let atEdge = false;
    for (let next = 0; next < pixels.length; next++) {
      const x = pixels[next] % width;
      const y = Math.floor(pixels[next] / width);
      atEdge ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const pixel = row * width + column;
          if (seen[pixel] || ink[pixel] < WEAK) continue;
          seen[pixel] = 1;
          pixels.push(pixel);
        }
      }
    }
    pieces.push({ pixels, atEdge });
  }
  return pieces;
}
