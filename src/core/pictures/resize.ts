/** Pictures in another size, by area: every pixel of the new one is the mean of what it covers of the old one. */

/** A part of a picture; its edges may run through pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Cuts out a box and makes it `width` x `height` pixels of `channels` numbers each. Where the new pixels are smaller than
 * the old ones, each still is a mean of those that it touches. What lies outside of the picture is not counted.
 *
 * Source: the box filter of area resampling, one axis after the other.
 *
 * @param data [height, width, channels] of the picture, its rows `sourceWidth` pixels wide
 */
export function resize(
  data: ArrayLike<number>,
  sourceWidth: number,
  channels: number,
  box: Box,
  width: number,
  height: number,
): Float64Array {
  const sourceHeight = data.length / sourceWidth / channels;
  const columns = coverage(box.left, box.width, width, sourceWidth);
  const rows = coverage(box.top, box.height, height, sourceHeight);
  const first = Math.max(0, Math.floor(box.top));
  const last = Math.min(sourceHeight, Math.ceil(box.top + box.height));
  const narrow = new Float64Array((last - first) * width * channels);
  for (let y = first; y < last; y++) {
    for (let x = 0; x < width; x++) {
      for (const [column, weight] of columns[x]) {
        for (let c = 0; c < channels; c++) {
          narrow[((y - first) * width + x) * channels + c] += weight * data[(y * sourceWidth + column) * channels + c];
        }
      }
    }
  }
  const line = width * channels;
  const resized = new Float64Array(height * line);
  for (let y = 0; y < height; y++) {
    for (const [row, weight] of rows[y]) {
      for (let i = 0; i < line; i++) resized[y * line + i] += weight * narrow[(row - first) * line + i];
    }
  }
  return resized;
}

/** Along one axis: for each new pixel, the old ones that it covers, and what part of it each is. */
function coverage(start: number, length: number, count: number, limit: number): (readonly [number, number])[][] {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.max(0, start + i * step);
    const to = Math.min(limit, start + (i + 1) * step);
    const covered: (readonly [number, number])[] = [];
    for (let pixel = Math.floor(from); pixel < to; pixel++) {
      covered.push([pixel, (Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from)]);
    }
    return covered;
  });
}
