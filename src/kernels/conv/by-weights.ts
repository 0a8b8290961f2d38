/**
 * dW[KH, KW, C / groups, K] = the sums over images and output pixels of each tap's number of x times dout, and db[K] = the sums of
 * dout. Every band of images has sums of its own, which are added at the end, first to last: how many bands there are depends on
 * sizes alone, so the results do not depend on the number of threads. Where W is so large that one band is enough to read and
 * write, the taps are cut into parts instead.
 */
import { Float } from '../math/float';
import { BYTES, LANES, storeFirst } from '../math/vector';
import { ARGUMENTS, ZEROS, argumentsAt } from '../threads/layout';
import { panel } from '../threads/panel';
import { parallelFor } from '../threads/parallel';
import { ColumnTile, TILE_ROW_BYTES, addRows, packTile, rowBytes, tileOf } from './column-tiles';
import { MAX_ROWS } from './gather-block';
import { BLOCK_BYTES, gatherProduct } from './gather-product';
import { padded } from './padded-image';
import { Arguments, Plan, channelsOf, filtersOf } from './plan';

/** Output pixels at a time: their rows of a tile of dout stay in the first cache while all taps go by. */
const PIXELS: i32 = 112;

/** Bytes of a tile of dout with so many rows. */
export const DOUT_BYTES: i32 = PIXELS * TILE_ROW_BYTES;

/** A multiple of the rows of every block. */
const TAP_PART: i32 = 24;

/** Rows of the sums of a tile: one for each tap, room for blocks that reach past the last, and those of db. */
// @ts-ignore: decorator
@inline
function sumRows(plan: Plan): i32 {
  return plan.D + MAX_ROWS + 1;
}

export function convolutionGradient(planned: usize, dW: usize, db: usize, dout: usize, x: usize, B: i32): void {
  const plan = changetype<Plan>(planned);
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = plan;
  a.out = dW;
  a.b = db;
  a.w = dout;
  a.x = x;
  a.B = B;
  parallelFor(bandChunk, plan.tapParts > 1 ? plan.tapParts : bandsOf(plan, B), plan.mayShare != 0);
  parallelFor(sumChunk, tapChunks(plan), plan.D * plan.K * bandsOf(plan, B) > 20_000);
}

// @ts-ignore: decorator
@inline
function bandsOf(plan: Plan, B: i32): i32 {
  return min(plan.bands, B);
}

/** One band's sums of all taps; or those of some taps, of the one band. */
function bandChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const isPart = plan.tapParts > 1;
  const bands = bandsOf(plan, a.B);
  const band = isPart ? 0 : chunk;
  const firstTap = isPart ? partStart(plan, chunk) : 0;
  const taps = (isPart ? partStart(plan, chunk + 1) : plan.D) - firstTap;
  const firstImage = (band * a.B) / bands;
  const lastImage = ((band + 1) * a.B) / bands;
  const tileRows = panel + BLOCK_BYTES;
  const sums = plan.sums + <usize>(band * plan.sumBytes);
  for (let b = firstImage; b < lastImage; b++) {
    const image = padded(plan, tileRows + DOUT_BYTES, a.x + <usize>b * plan.imageBytes);
    for (let pixel = 0; pixel < plan.P; pixel += PIXELS) {
      const dout = a.w + <usize>b * plan.outBytes + <usize>(pixel * plan.K * BYTES);
      const isFirst = b == firstImage && pixel == 0;
      addPixels(plan, sums, image, dout, pixel, min(PIXELS, plan.P - pixel), tileRows, firstTap, taps, isFirst);
    }
  }
}

function addPixels(
  plan: Plan,
  sums: usize,
  image: usize,
  dout: usize,
  pixel: i32,
  pixels: i32,
  tileRows: usize,
  firstTap: i32,
  taps: i32,
  isFirst: bool,
): void {
  for (let group = 0; group < plan.groups; group++) {
    for (let i = 0; i < plan.filterTiles.count; i++) {
      const tile = tileOf(plan.filterTiles, i);
      const row = rowBytes(tile);
      packTile(tileRows, tile, dout, <usize>(plan.K * BYTES), pixels);
      const sum = sums + <usize>firstTap * row;
      gatherProduct(
        tile,
        sum,
        row,
        taps,
        taps + MAX_ROWS,
        isFirst ? ZEROS : sum,
        isFirst ? 0 : row,
        image,
        plan.taps + <usize>(firstTap << 2),
        plan.pixels + <usize>(pixel << 2),
        tileRows,
        pixels,
        panel,
      );
      if (firstTap == 0) addRows(sums + <usize>(plan.D + MAX_ROWS) * row, tileRows, row, pixels, isFirst);
      sums += row * <usize>sumRows(plan);
    }
    dout += <usize>(filtersOf(plan) * BYTES);
    image += <usize>(channelsOf(plan) * BYTES);
  }
}

function partStart(plan: Plan, part: i32): i32 {
  const whole = (plan.D + TAP_PART - 1) / TAP_PART;
  return min(((part * whole) / plan.tapParts) * TAP_PART, plan.D);
}

function tapChunks(plan: Plan): i32 {
  return (plan.D + TAP_PART - 1) / TAP_PART;
}

/** dW of some taps = the sums of all bands; with the first of them, db. */
function sumChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const bands = bandsOf(plan, a.B);
  const first = chunk * TAP_PART;
  const last = min(first + TAP_PART, plan.D);
  const stride = <usize>(plan.K * BYTES);
  let sums = plan.sums;
  let group: usize = 0;
  for (let g = 0; g < plan.groups; g++, group += <usize>(filtersOf(plan) * BYTES)) {
    for (let i = 0; i < plan.filterTiles.count; i++) {
      const tile = tileOf(plan.filterTiles, i);
      const row = rowBytes(tile);
      const column = group + <usize>tile.offset;
      for (let d = first; d < last; d++) addBands(plan, bands, tile, a.out + <usize>d * stride + column, sums + <usize>d * row);
      if (chunk == 0) addBands(plan, bands, tile, a.b + column, sums + <usize>(plan.D + MAX_ROWS) * row);
      sums += row * <usize>sumRows(plan);
    }
  }
}

function addBands(plan: Plan, bands: i32, tile: ColumnTile, out: usize, sums: usize): void {
  for (let width = tile.width; width > 0; width -= LANES, out += 16, sums += 16) {
    let total = v128.load(sums);
    for (let band = 1; band < bands; band++) total = v128.add<Float>(total, v128.load(sums + <usize>(band * plan.sumBytes)));
    storeFirst(out, total, min(width, LANES));
  }
}
