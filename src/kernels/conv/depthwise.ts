/**
 * A convolution with a group, and a filter, for each channel: a channel of the output is computed from the same channel of x.
 * Vectors hold neighbouring channels, so that nothing is gathered. W is [KH, KW, 1, C], and D of the plan counts (ky, kx).
 */
import { Float } from '../math/float';
import { BYTES, LANES, multiplyAdd, storeFirst } from '../math/vector';
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { panel } from '../threads/panel';
import { parallelFor } from '../threads/parallel';
import { BLOCK_BYTES } from './gather-product';
import { padded, withoutPadding } from './padded-image';
import { Arguments, Plan } from './plan';

/** out[B, OH, OW, C] = b[C] + the sums over the taps of x times W. */
export function depthwise(planned: usize, out: usize, x: usize, W: usize, b: usize, B: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = changetype<Plan>(planned);
  a.out = out;
  a.x = x;
  a.w = W;
  a.b = b;
  a.B = B;
  parallelFor(depthwiseChunk, B, a.plan.mayShare != 0);
}

function depthwiseChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const image = padded(plan, panel + BLOCK_BYTES, a.x + <usize>chunk * plan.imageBytes);
  const row = <usize>(plan.C * BYTES);
  const end = a.w + row * <usize>plan.D;
  let out = a.out + <usize>chunk * plan.outBytes;
  for (let pixel = 0; pixel < plan.P; pixel++, out += row) {
    const at = image + load<u32>(plan.pixels + <usize>(pixel << 2));
    for (let c = 0; c < plan.C; c += LANES) {
      const offset = <usize>(c * BYTES);
      let sum = v128.load(a.b + offset);
      let tap = plan.taps;
      for (let w = a.w + offset; w < end; w += row, tap += 4) {
        sum = multiplyAdd(sum, v128.load(at + load<u32>(tap) + offset), v128.load(w));
      }
      storeFirst(out + offset, sum, min(LANES, plan.C - c));
    }
  }
}

/** dW[KH, KW, 1, C] and db[C], by the bands of images that by-weights.ts describes. */
export function depthwiseGradient(planned: usize, dW: usize, db: usize, dout: usize, x: usize, B: i32): void {
  const plan = changetype<Plan>(planned);
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = plan;
  a.out = dW;
  a.b = db;
  a.w = dout;
  a.x = x;
  a.B = B;
  const bands = min(plan.bands, B);
  parallelFor(bandChunk, bands, plan.mayShare != 0);
  const vectors = sumVectors(plan);
  for (let d = 0; d <= plan.D; d++) {
    const isBias = d == plan.D;
    let out = isBias ? db : dW + <usize>(d * plan.C * BYTES);
    let sums = plan.sums + <usize>(d * vectors * 16);
    for (let c = 0; c < plan.C; c += LANES, out += 16, sums += 16) {
      let total = v128.load(sums);
      for (let band = 1; band < bands; band++) total = v128.add<Float>(total, v128.load(sums + <usize>(band * plan.sumBytes)));
      storeFirst(out, total, min(LANES, plan.C - c));
    }
  }
}

/** Vectors of a row of sums. The rows are the taps, and that of db. */
// @ts-ignore: decorator
@inline
function sumVectors(plan: Plan): i32 {
  return (plan.C + LANES - 1) / LANES;
}

function bandChunk(band: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const bands = min(plan.bands, a.B);
  const sums = plan.sums + <usize>(band * plan.sumBytes);
  const sumRow = <usize>(sumVectors(plan) << 4);
  const row = <usize>(plan.C * BYTES);
  memory.fill(sums, 0, sumRow * <usize>(plan.D + 1));
  for (let b = (band * a.B) / bands; b < ((band + 1) * a.B) / bands; b++) {
    const image = padded(plan, panel + BLOCK_BYTES, a.x + <usize>b * plan.imageBytes);
    const dout = a.w + <usize>b * plan.outBytes;
    for (let offset: usize = 0; offset < sumRow; offset += 16) {
      for (let d = 0; d <= plan.D; d++) {
        const to = sums + <usize>d * sumRow + offset;
        const at = d < plan.D ? image + load<u32>(plan.taps + <usize>(d << 2)) + offset : 0;
        v128.store(to, at ? tapSum(plan, v128.load(to), at, dout + offset, row) : biasSum(plan, v128.load(to), dout + offset, row));
      }
    }
  }
}

function tapSum(plan: Plan, sum: v128, at: usize, dout: usize, row: usize): v128 {
  const end = plan.pixels + <usize>(plan.P << 2);
  for (let pixel = plan.pixels; pixel < end; pixel += 4, dout += row) {
    sum = multiplyAdd(sum, v128.load(at + load<u32>(pixel)), v128.load(dout));
  }
  return sum;
}

function biasSum(plan: Plan, sum: v128, dout: usize, row: usize): v128 {
  const end = dout + row * <usize>plan.P;
  for (; dout < end; dout += row) sum = v128.add<Float>(sum, v128.load(dout));
  return sum;
}

/** dx[B, H, W, C] = dout times W, added up where the taps lie. */
export function depthwiseInputGradient(planned: usize, dx: usize, dout: usize, W: usize, B: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = changetype<Plan>(planned);
  a.out = dx;
  a.x = dout;
  a.w = W;
  a.B = B;
  parallelFor(inputGradientChunk, B, a.plan.mayShare != 0);
}

function inputGradientChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const dx = a.out + <usize>chunk * plan.imageBytes;
  const image = plan.isPadded ? panel + BLOCK_BYTES : dx;
  const row = <usize>(plan.C * BYTES);
  memory.fill(image, 0, plan.paddedBytes);
  let dout = a.x + <usize>chunk * plan.outBytes;
  for (let pixel = 0; pixel < plan.P; pixel++, dout += row) {
    const at = image + load<u32>(plan.pixels + <usize>(pixel << 2));
    let w = a.w;
    for (let d = 0; d < plan.D; d++, w += row) {
      const to = at + load<u32>(plan.taps + <usize>(d << 2));
      for (let c = 0; c < plan.C; c += LANES) {
        const offset = <usize>(c * BYTES);
        const sum = multiplyAdd(v128.load(to + offset), v128.load(dout + offset), v128.load(w + offset));
        storeFirst(to + offset, sum, min(LANES, plan.C - c));
      }
    }
  }
  if (plan.isPadded) withoutPadding(plan, dx, image);
}
