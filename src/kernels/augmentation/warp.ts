import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { panel } from '../threads/panel';
import { keyAt } from './draws';
import { elasticField, fieldBytes, fieldRow, fieldWorkBytes } from './elastic-field';
import { Job, numberAt, sampleBytes } from './job';

/** Columns and rows around an image: one before it, and two behind. */
const BORDER: i32 = 3;

/** Bytes of a row of the image with its border. */
// @ts-ignore: decorator
@inline
function paddedRow(job: Job): i32 {
  return (job.W + BORDER) * job.C * BYTES;
}

/** Bytes of a panel that a sample takes: its field in both directions, memory to make them, the image with its border. */
export function warpBytes(job: Job): i32 {
  const field = job.weights ? 2 * fieldBytes(job.H, job.W) + fieldWorkBytes(job.H, job.W, job.radius) : 0;
  return field + (job.H + BORDER) * paddedRow(job) + 64;
}

/** out = x at where the map and the elastic field say that each pixel is from. */
export function warpSample(job: Job, b: i32): void {
  const H = job.H;
  const W = job.W;
  const C = job.C;
  const settings = job.settings + <usize>b * 56;
  // in the image with its border, everything lies a column and a row further on
  const map0 = <Float>load<f64>(settings);
  const map1 = <Float>load<f64>(settings, 8);
  const map2 = <Float>load<f64>(settings, 16) + 1;
  const map3 = <Float>load<f64>(settings, 24);
  const map4 = <Float>load<f64>(settings, 32);
  const map5 = <Float>load<f64>(settings, 40) + 1;
  const isElastic = job.weights != 0;
  let across = panel;
  let down = across;
  let image = panel;
  if (isElastic) {
    down = across + <usize>fieldBytes(H, W);
    const work = down + <usize>fieldBytes(H, W);
    image = work + <usize>fieldWorkBytes(H, W, job.radius);
    const key = keyAt(settings + 48);
    elasticField(job, across, work, key, 0);
    elasticField(job, down, work, key, H * W);
  }
  padded(job, image, job.x + <usize>b * sampleBytes(job));
  const row = <usize>paddedRow(job);
  const pixel = <usize>(C * BYTES);
  // an image ends with its last pixel, or with the border
  const margin: Float = job.isEdge ? 1 : 0;
  const lastX = <Float>(W + 1) - margin;
  const lastY = <Float>(H + 1) - margin;
  let out = job.out + <usize>b * sampleBytes(job);
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      let u = map0 * <Float>x + map1 * <Float>y + map2;
      let v = map3 * <Float>x + map4 * <Float>y + map5;
      if (isElastic) {
        const at = <usize>((y * fieldRow(W) + x) * BYTES);
        u += load<Float>(across + at);
        v += load<Float>(down + at);
      }
      u = min<Float>(max<Float>(u, margin), lastX);
      v = min<Float>(max<Float>(v, margin), lastY);
      const left = <i32>u;
      const top = <i32>v;
      const right = u - <Float>left;
      const below = v - <Float>top;
      const share1 = right - right * below;
      const share2 = below - right * below;
      const share3 = right * below;
      const share0 = <Float>1 - right - share2;
      let p = image + <usize>top * row + <usize>left * pixel;
      for (let c = 0; c < C; c++, p += BYTES, out += BYTES) {
        const above = share0 * load<Float>(p) + share1 * load<Float>(p + pixel);
        const under = share2 * load<Float>(p + row) + share3 * load<Float>(p + row + pixel);
        store<Float>(out, above + under);
      }
    }
  }
}

/** Copies an image, with what is outside of it around it. */
function padded(job: Job, to: usize, x: usize): void {
  const H = job.H;
  const row = <usize>paddedRow(job);
  const pixel = <usize>(job.C * BYTES);
  const length = <usize>job.W * pixel;
  const outside = <Float>numberAt(job, 0);
  fillFloats(to, outside, row);
  for (let y = 0; y < H; y++) {
    const at = to + <usize>(y + 1) * row;
    fillFloats(at, outside, pixel);
    memory.copy(at + pixel, x + <usize>y * length, length);
    fillFloats(at + pixel + length, outside, 2 * pixel);
  }
  fillFloats(to + <usize>(H + 1) * row, outside, 2 * row);
}

// @ts-ignore: decorator
@inline
function fillFloats(to: usize, value: Float, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += BYTES) store<Float>(to + at, value);
}
