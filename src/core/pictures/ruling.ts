/** Lines that paper is ruled with: across the whole picture, and thin. */

/** A ruled line has ink on so much of its length at least. */
const ACROSS = 0.75;

/** Of the picture's height: what is thicker is a stroke of a digit that fills the picture. */
const THIN = 0.04;

/**
 * The same ink without the lines that paper is ruled with, lying or standing. What is darker than its line was written over
 * it, and stays.
 *
 * @param ink [height, width], from 0 to 1
 */
export function unruled(ink: Float64Array, width: number): Float64Array {
  const height = ink.length / width;
  const clean = ink.slice();
  removeLines(clean, { count: height, length: width, step: width, along: 1 });
  removeLines(clean, { count: width, length: height, step: 1, along: width });
  return clean;
}

/** Rows, or columns: how many, how long, how far apart, and how far one pixel of it is from the next. */
interface Rows {
  readonly count: number;
  readonly length: number;
  readonly step: number;
  readonly along: number;
}

function removeLines(ink: Float64Array, { count, length, step, along }: Rows): void {
  const levels = Float64Array.from({ length: count }, (_, row) => {
    const amounts = Float64Array.from({ length }, (_, i) => ink[row * step + i * along]).sort();
    return amounts[Math.floor((1 - ACROSS) * length)]; // what most of its pixels have at least
  });
  for (let first = 0, end: number; first < count; first = end + 1) {
    for (end = first; end < count && levels[end] > 0; ) end++;
    if (end - first > Math.ceil(THIN * count)) continue;
    for (let row = first; row < end; row++) {
      for (let i = 0; i < length; i++) {
        const at = row * step + i * along;
        ink[at] = levels[row] >= 1 ? 0 : Math.max(0, (ink[at] - levels[row]) / (1 - levels[row]));
      }
    }
  }
}
