/** Windows that slide over images: what a convolution and a pool have in common. */

/** A height or a row first, then a width or a column. */
export type Pair = readonly [vertical: number, horizontal: number];

/** Which pixels of an image [H, W, C] each output pixel sees. */
export interface WindowShape {
  readonly image: readonly [H: number, W: number, C: number];
  /** Height and width. */
  readonly window: Pair;
  /** How far apart the windows of neighbouring output pixels begin. */
  readonly stride: Pair;
  /** How far apart the pixels in a window are: 1 where they are neighbours. */
  readonly dilation: Pair;
  /** Rows and columns that are added around the image. */
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
}

/** Over how many rows and columns a window reaches, those between its pixels counted. */
export const reachOf = ({ window, dilation }: Pick<WindowShape, 'window' | 'dilation'>): Pair => [
  dilation[0] * (window[0] - 1) + 1,
  dilation[1] * (window[1] - 1) + 1,
];

/** OH and OW: how often a window fits into the image with its padding; 0 or less where it does not. */
export function outputSize(shape: WindowShape): Pair {
  const { image, stride, padding } = shape;
  const [H, W] = image;
  const [top, left, bottom, right] = padding;
  const reach = reachOf(shape);
  const fits = (length: number, axis: 0 | 1): number => Math.floor((length - reach[axis]) / stride[axis]) + 1;
  return [fits(top + H + bottom, 0), fits(left + W + right, 1)];
}

/**
 * Calls `visit` for every output pixel and every tap of its window that lies on the image, not on the padding. Pixels are
 * counted row by row, and so are taps.
 */
export function forEachTap(shape: WindowShape, visit: (output: number, tap: number, input: number) => void): void {
  const { image, window, stride, dilation, padding } = shape;
  const [H, W] = image;
  const [OH, OW] = outputSize(shape);
  for (let oy = 0; oy < OH; oy++) {
    for (let ox = 0; ox < OW; ox++) {
      for (let ky = 0; ky < window[0]; ky++) {
        const y = oy * stride[0] + ky * dilation[0] - padding[0];
        if (y < 0 || y >= H) continue;
        for (let kx = 0; kx < window[1]; kx++) {
          const x = ox * stride[1] + kx * dilation[1] - padding[1];
          if (x >= 0 && x < W) visit(oy * OW + ox, ky * window[1] + kx, y * W + x);
        }
      }
    }
  }
}
