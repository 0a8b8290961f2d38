/** How far each pixel of a sample is displaced: uniform draws, smoothed along rows and then along columns. */
import { Float } from '../math/float';
import { BYTES, LANES, multiplyAdd, splatAt } from '../math/vector';
import { fourDraws } from './draws';
import { Job, numberAt } from './job';

/** Vectors whose sums are kept in registers. */
const AT_ONCE: i32 = 4;

/** Floats from one row of a field to the next: whole groups of vectors. */
// @ts-ignore: decorator
@inline
export function fieldRow(W: i32): i32 {
  return (W + AT_ONCE * LANES - 1) & ~(AT_ONCE * LANES - 1);
}

/** Bytes of a field [H, W]. */
// @ts-ignore: decorator
@inline
export function fieldBytes(H: i32, W: i32): i32 {
  return H * fieldRow(W) * BYTES;
}

/** Bytes that it takes to make one: a row of draws with a border, and rows with one. */
// @ts-ignore: decorator
@inline
export function fieldWorkBytes(H: i32, W: i32, radius: i32): i32 {
  return (fieldRow(W) + 2 * radius + 8) * BYTES + fieldBytes(H + 2 * radius, W);
}

/** field[H, W] = the draws from `first` on, from -alpha to alpha, smoothed. `work`: fieldWorkBytes of memory. */
export function elasticField(job: Job, field: usize, work: usize, key: i32, first: i32): void {
  const H = job.H;
  const W = job.W;
  const radius = job.radius;
  const row = <usize>(fieldRow(W) * BYTES);
  const line = work;
  const draws = line + <usize>(radius * BYTES);
  const lineBytes = <usize>((fieldRow(W) + 2 * radius + 8) * BYTES);
  const rows = work + lineBytes;
  const border = <usize>radius * row;
  // nothing is displaced beyond the border
  memory.fill(line, 0, lineBytes);
  memory.fill(rows, 0, border);
  memory.fill(rows + border + <usize>H * row, 0, border);
  const scale = <Float>(numberAt(job, 1) / 2147483648.0);
  for (let y = 0; y < H; y++) {
    drawLine(draws, key, first + y * W, W, scale);
    smooth(rows + border + <usize>y * row, line, BYTES, job);
  }
  for (let y = 0; y < H; y++) smooth(field + <usize>y * row, rows + <usize>y * row, row, job);
}

/** Writes W draws; what is written behind them becomes 0 again. */
function drawLine(line: usize, key: i32, first: i32, W: i32, scale: Float): void {
  for (let x = 0; x < W; x += 4) {
    const draws = fourDraws(key, first + x);
    const to = line + <usize>(x * BYTES);
    if (BYTES == 4) {
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(draws), f32x4.splat(<f32>scale)));
    } else {
      const upper = v128.shuffle<i64>(draws, draws, 1, 0);
      v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_s(draws), f64x2.splat(<f64>scale)));
      v128.store(to, f64x2.mul(f64x2.convert_low_i32x4_s(upper), f64x2.splat(<f64>scale)), 16);
    }
  }
  for (let x = W; x < ((W + 3) & ~3); x++) store<Float>(line + <usize>(x * BYTES), 0);
}

/** to[W] = the weighted sum of 2 radius + 1 rows of floats, which begin `step` bytes one after another. */
function smooth(to: usize, from: usize, step: usize, job: Job): void {
  const count = 2 * job.radius + 1;
  const end = fieldRow(job.W) * BYTES;
  for (let at: i32 = 0; at < end; at += 16 * AT_ONCE) {
    let p = from + <usize>at;
    let sum0 = v128.splat<Float>(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    for (let k = 0; k < count; k++, p += step) {
      const weight = splatAt(job.weights + <usize>(k * BYTES));
      sum0 = multiplyAdd(sum0, weight, v128.load(p));
      sum1 = multiplyAdd(sum1, weight, v128.load(p, 16));
      sum2 = multiplyAdd(sum2, weight, v128.load(p, 32));
      sum3 = multiplyAdd(sum3, weight, v128.load(p, 48));
    }
    v128.store(to + at, sum0);
    v128.store(to + at, sum1, 16);
    v128.store(to + at, sum2, 32);
    v128.store(to + at, sum3, 48);
  }
}
