/** Distortions of the samples of a batch, for training: what their kernels are asked, and the textbook's loops. */
import { drawOf } from '../random/counter-random.js';
import { type Tensor, widthOf } from '../tensor.js';

/** Height, width and channels. */
export type ImageShape = readonly [H: number, W: number, C: number];

/** What stands where a sample has no pixel: a number, or the nearest pixel that it has. */
export type Fill = number | 'edge';

/** How far pixels are displaced: uniform draws from -1 to 1, smoothed by a Gaussian of width `sigma` (in pixels), times `alpha`. */
export interface ElasticField {
  readonly sigma: number;
  readonly alpha: number;
}

/**
 * A way to distort samples, and what it is given for each of them (numbers, in this order):
 *
 * - `warp`: a, b, c, d, e, f, key. The pixel at (x, y) becomes what the sample has at (a x + b y + c, d x + e y + f), and
 *   displaced from there by the elastic field of the key, if there is one; between pixels, it is interpolated linearly.
 * - `noise`: key. Gaussian noise of mean 0 is added.
 * - `erase`: top, left, height, width of a rectangle that becomes `value`.
 * - `mix`: row, share. share times the sample, and the rest of the sample in that row of the batch.
 */
export type DistortionKind =
  | { readonly kind: 'warp'; readonly image: ImageShape; readonly fill: Fill; readonly elastic?: ElasticField }
  | { readonly kind: 'noise'; readonly std: number }
  | { readonly kind: 'erase'; readonly image: ImageShape; readonly value: number }
  | { readonly kind: 'mix' };

/** How many numbers a sample is given. */
export const settingsOf = { warp: 7, noise: 1, erase: 4, mix: 2 } as const;

/** A distortion of batches. */
export interface Distortion {
  /**
   * out[B, ...] = distorted x[B, ...].
   *
   * @param settings [B, S], what each sample is given
   * @param ahead whether a back end may leave it to an idle thread, until `out` is read: settings and x must stay as they are
   */
  run(out: Tensor, x: Tensor, settings: Float64Array, ahead: boolean): void;
}

export function textbookDistortion(distortion: DistortionKind): Distortion {
  const distort = sampleDistortion(distortion);
  const S = settingsOf[distortion.kind];
  return {
    run(out, x, settings) {
      for (let b = 0; b < x.shape[0]; b++) distort(out, x, b, settings.subarray(b * S, (b + 1) * S));
    },
  };
}

/** Distorts sample b of a batch. */
type SampleDistortion = (out: Tensor, x: Tensor, b: number, settings: Float64Array) => void;

function sampleDistortion(distortion: DistortionKind): SampleDistortion {
  switch (distortion.kind) {
    case 'warp':
      return warp(distortion.image, distortion.fill, distortion.elastic);
    case 'noise':
      return noise(distortion.std);
    case 'erase':
      return erase(distortion.image, distortion.value);
    case 'mix':
      return mix;
  }
}

function warp([H, W, C]: ImageShape, fill: Fill, elastic: ElasticField | undefined): SampleDistortion {
  const D = H * W * C;
  const field = elastic && elasticField(H, W, elastic);
  const within = (position: number, length: number): number => Math.min(Math.max(position, 0), length - 1);
  return (out, { data }, sample, [a, b, c, d, e, f, key]) => {
    const at = (x: number, y: number, channel: number): number => {
      const isInside = x >= 0 && x < W && y >= 0 && y < H;
      return isInside || fill === 'edge' ? data[sample * D + (within(y, H) * W + within(x, W)) * C + channel] : fill;
    };
    const displaced = field?.(key);
    for (let i = 0; i < H * W; i++) {
      const [x, y] = [i % W, Math.floor(i / W)];
      const u = a * x + b * y + c + (displaced?.across[i] ?? 0);
      const v = d * x + e * y + f + (displaced?.down[i] ?? 0);
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [right, below] = [u - left, v - top]; // shares of the pixels there
      for (let channel = 0; channel < C; channel++) {
        const above = at(left, top, channel) * (1 - right) + at(left + 1, top, channel) * right;
        const under = at(left, top + 1, channel) * (1 - right) + at(left + 1, top + 1, channel) * right;
        out.data[sample * D + i * C + channel] = above * (1 - below) + under * below;
      }
    }
  };
}

/** How far to the right, and how far down, each pixel looks. Source: Simard, Steinkraus and Platt (2003). */
function elasticField(H: number, W: number, { sigma, alpha }: ElasticField) {
  const weights = gaussianWeights(sigma);
  const radius = (weights.length - 1) / 2;
  /** Along rows, or along columns; there is nothing beyond the border. */
  const smoothed = (field: Float64Array, step: number, length: number, place: (i: number) => number): Float64Array =>
    field.map((_, i) => {
      const at = place(i);
      let sum = 0;
      for (let k = Math.max(-radius, -at); k <= radius && at + k < length; k++)
        sum += weights[k + radius] * field[i + k * step];
      return sum;
    });
  return (key: number) => {
    const [across, down] = [0, H * W].map((first) => {
      const draws = Float64Array.from({ length: H * W }, (_, i) => (alpha * drawOf(key, first + i)) / 2 ** 31);
      const rows = smoothed(draws, 1, W, (i) => i % W);
      return smoothed(rows, W, H, (i) => Math.floor(i / W));
    });
    return { across, down };
  };
}

/** Of a Gaussian, as far as three times its width: they add up to 1. */
export function gaussianWeights(sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((all, weight) => all + weight);
  return weights.map((weight) => weight / sum);
}

const noise =
  (std: number): SampleDistortion =>
  (out, x, b, [key]) => {
    const D = widthOf(x);
    for (let i = 0; i < D; i += 2) {
      const pair = gaussianPair(key, i / 2);
      for (let j = i; j < Math.min(i + 2, D); j++) out.data[b * D + j] = x.data[b * D + j] + std * pair[j - i];
    }
  };

/** How often a pair may be drawn again. The chance that all points lie outside of the disc is 1 in 10²¹. */
const TRIES = 32;

/** Marsaglia's polar method: a point in the unit disc, other than its centre, gives two independent Gaussians. */
function gaussianPair(key: number, pair: number): readonly [number, number] {
  for (let n = pair * TRIES; n < (pair + 1) * TRIES; n++) {
    const u = drawOf(key, 2 * n) / 2 ** 31;
    const v = drawOf(key, 2 * n + 1) / 2 ** 31;
    const s = u * u + v * v;
    if (s === 0 || s >= 1) continue;
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    return [u * scale, v * scale];
  }
  return [0, 0];
}

const erase =
  ([H, W, C]: ImageShape, value: number): SampleDistortion =>
  (out, x, b, [top, left, height, width]) => {
    const first = b * H * W * C;
    out.data.set(x.data.subarray(first, first + H * W * C), first);
    for (let y = top; y < top + height; y++) {
      const row = first + (y * W + left) * C;
      out.data.fill(value, row, row + width * C);
    }
  };

const mix: SampleDistortion = (out, x, b, [row, share]) => {
  const D = widthOf(x);
  for (let d = 0; d < D; d++) out.data[b * D + d] = share * x.data[b * D + d] + (1 - share) * x.data[row * D + d];
};
