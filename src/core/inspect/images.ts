/** Images in a batch [B, H, W] or [B, H, W, C], and filters, to be drawn: each row by row. */
import type { Tensor } from '../tensor.js';

/** The first channels of its first sample, at most `count`; undefined where samples are no images, or none is asked for. */
export const channelsOf = (x: Tensor, count: number): number[][] | undefined =>
  images(x, count, ([, , , C = 1]) =>
    Array.from({ length: Math.min(count, C) }, (_, channel) => ({ sample: 0, channel })),
  );

/** The first channel of its first samples, at most `count`; undefined likewise. */
export const samplesOf = (x: Tensor, count: number): number[][] | undefined =>
  images(x, count, ([B]) => Array.from({ length: Math.min(count, B) }, (_, sample) => ({ sample, channel: 0 })));

/** What the first filters of W [height, width, C, filters] make of their first channel; undefined of other weights. */
export function filtersOf({ shape, data }: Tensor, count: number): number[][] | undefined {
  const [height, width, C, filters] = shape;
  if (shape.length !== 4 || count === 0) return undefined;
  return Array.from({ length: Math.min(count, filters) }, (_, filter) =>
    Array.from({ length: height * width }, (_, pixel) => data[pixel * C * filters + filter]),
  );
}

function images(
  { shape, data }: Tensor,
  count: number,
  choose: (shape: Tensor['shape']) => readonly { readonly sample: number; readonly channel: number }[],
): number[][] | undefined {
  const [, H, W, C = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || count === 0) return undefined;
  return choose(shape).map(({ sample, channel }) =>
    Array.from({ length: H * W }, (_, pixel) => data[(sample * H * W + pixel) * C + channel]),
  );
}
