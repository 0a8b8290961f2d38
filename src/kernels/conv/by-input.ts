/**
 * dx[B, H, W, C] = what each output pixel gives back to the taps that it was computed from: dout Wᵀ has that, some pixels at a
 * time, and it is added to where the taps lie. A chunk is an image.
 */
import { Float } from '../math/float';
import { BYTES, LANES, storeFirst } from '../math/vector';
import { ARGUMENTS, ZEROS, argumentsAt } from '../threads/layout';
import { panel } from '../threads/panel';
import { parallelFor } from '../threads/parallel';
import { packTransposedTile, rowBytes, tileOf } from './column-tiles';
import { MAX_ROWS } from './gather-block';
import { BLOCK_BYTES, gatherProduct } from './gather-product';
import { withoutPadding } from './padded-image';
import { Arguments, Plan, channelsOf, filtersOf } from './plan';

export function convolutionInputGradient(planned: usize, dx: usize, dout: usize, W: usize, B: i32): void {
  const plan = changetype<Plan>(planned);
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = plan;
  a.out = dx;
  a.x = dout;
  a.B = B;
  let to = plan.packedTransposed;
  for (let group = 0; group < plan.groups; group++, W += <usize>(filtersOf(plan) * BYTES)) {
    for (let i = 0; i < plan.tapTiles.count; i++) {
      const tile = tileOf(plan.tapTiles, i);
      packTransposedTile(to, tile, W, <usize>(plan.K * BYTES), filtersOf(plan));
      to += rowBytes(tile) * filtersOf(plan);
    }
  }
  parallelFor(inputGradientChunk, B, plan.mayShare != 0);
}

function inputGradientChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const dx = a.out + <usize>chunk * plan.imageBytes;
  const dout = a.x + <usize>chunk * plan.outBytes;
  const columns = panel + BLOCK_BYTES;
  const row = <usize>(plan.D * BYTES);
  // behind the last row of the columns, what a block writes past its own
  const image = plan.isPadded ? columns + row * <usize>(plan.inputBand + MAX_ROWS) + 64 : dx;
  memory.fill(image, 0, plan.paddedBytes);
  for (let pixel = 0; pixel < plan.P; pixel += plan.inputBand) {
    const pixels = min(plan.inputBand, plan.P - pixel);
    let w = plan.packedTransposed;
    for (let group = 0; group < plan.groups; group++) {
      const from = dout + <usize>(group * filtersOf(plan) * BYTES);
      for (let i = 0; i < plan.tapTiles.count; i++) {
        const tile = tileOf(plan.tapTiles, i);
        gatherProduct(
          tile,
          columns + <usize>tile.offset,
          row,
          pixels,
          pixels + MAX_ROWS,
          ZEROS,
          0,
          from,
          plan.doutPixels + <usize>(pixel << 2),
          plan.doutFilters,
          w,
          filtersOf(plan),
          panel,
        );
        w += rowBytes(tile) * filtersOf(plan);
      }
      addColumns(plan, image + <usize>(group * channelsOf(plan) * BYTES), columns, pixel, pixels);
    }
  }
  if (plan.isPadded) withoutPadding(plan, dx, image);
}

/** Adds each pixel's columns to its taps: the inverse of im2col. */
function addColumns(plan: Plan, image: usize, columns: usize, pixel: i32, pixels: i32): void {
  const run = plan.run;
  const whole = run - (run % LANES);
  for (let end = pixel + pixels; pixel < end; pixel++) {
    const at = image + load<u32>(plan.pixels + <usize>(pixel << 2));
    for (let tap = 0; tap < plan.D; tap += run, columns += <usize>(run * BYTES)) {
      const to = at + load<u32>(plan.taps + <usize>(tap << 2));
      let i: usize = 0;
      for (; i < <usize>(whole * BYTES); i += 16) {
        v128.store(to + i, v128.add<Float>(v128.load(to + i), v128.load(columns + i)));
      }
      if (whole < run) {
        storeFirst(to + i, v128.add<Float>(v128.load(to + i), v128.load(columns + i)), run - whole);
      }
    }
  }
}
