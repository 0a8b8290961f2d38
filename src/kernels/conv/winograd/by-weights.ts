/** dW[3, 3, C, K] and db[K], by transforms: dU(i)[C, K] = V(i)ᵀ dM(i), with sums for each band of images as in ../by-weights.ts. */
import { BYTES } from '../../math/vector';
import { ARGUMENTS, ZEROS, argumentsAt } from '../../threads/layout';
import { panel } from '../../threads/panel';
import { parallelFor } from '../../threads/parallel';
import { addRows, packTile, rowBytes, tileOf } from '../column-tiles';
import { MAX_ROWS } from '../gather-block';
import { gatherProduct } from '../gather-product';
import { padded } from '../padded-image';
import { total, transformFilterGradient } from './filters';
import { Arguments, MIn, PRODUCTS, VIn, WinogradPlan, columnsIn, paddedIn, strideOfM, strideOfV } from './plan';
import { transformGradient, transformInput } from './transforms';

/** The product whose dM(i) are the sums of four pixels of dout: those of db, too. */
const SUMS_OF_PIXELS: i32 = 5;

/** Bytes between the sums of two products: blocks may write a few rows more than there are channels. */
// @ts-ignore: decorator
@inline
function strideOfSums(plan: WinogradPlan): usize {
  return <usize>((plan.C + MAX_ROWS) * plan.K * BYTES);
}

/** Bytes of the sums of a band: of dU, and of db. */
// @ts-ignore: decorator
@inline
function bytesOfSums(plan: WinogradPlan): usize {
  return PRODUCTS * strideOfSums(plan) + <usize>(plan.K * BYTES);
}

export function winogradGradient(planned: usize, dW: usize, db: usize, dout: usize, x: usize, B: i32): void {
  const plan = changetype<WinogradPlan>(planned);
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = plan;
  a.out = dW;
  a.b = db;
  a.dout = dout;
  a.x = x;
  a.B = B;
  const bands = min(plan.bands, B);
  parallelFor(bandChunk, bands, plan.mayShare != 0);
  parallelFor(channelChunk, plan.C, true);
  for (let at: usize = 0; at < <usize>(plan.K * BYTES); at += 16) {
    v128.store(db + at, total(plan.sums + PRODUCTS * strideOfSums(plan) + at, bands, bytesOfSums(plan)));
  }
}

function bandChunk(band: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const bands = min(plan.bands, a.B);
  const sums = plan.sums + <usize>band * bytesOfSums(plan);
  const firstImage = (band * a.B) / bands;
  const lastImage = ((band + 1) * a.B) / bands;
  const V = VIn(plan);
  const dM = MIn(plan);
  for (let b = firstImage; b < lastImage; b++) {
    const image = padded(plan, paddedIn(), a.x + <usize>b * plan.imageBytes);
    const dout = a.dout + <usize>(b * plan.H * plan.W * plan.K * BYTES);
    for (let first = 0; first < plan.H / 2; first += plan.tileRows) {
      const last = min(first + plan.tileRows, plan.H / 2);
      transformInput(V, strideOfV(plan), image, first, last, plan.W, plan.C);
      transformGradient(dM, strideOfM(plan), dout, first, last, plan.W, plan.K);
      addProducts(plan, sums, V, dM, (last - first) * (plan.W / 2), b == firstImage && first == 0);
    }
  }
}

function addProducts(plan: WinogradPlan, sums: usize, V: usize, dM: usize, T: i32, isFirst: bool): void {
  const sumsOfPixels = sums + PRODUCTS * strideOfSums(plan);
  const columns = columnsIn(plan);
  for (let i = 0; i < PRODUCTS; i++, V += strideOfV(plan), dM += strideOfM(plan)) {
    let sum = sums + <usize>i * strideOfSums(plan);
    for (let j = 0; j < plan.columns.count; j++) {
      const tile = tileOf(plan.columns, j);
      const row = rowBytes(tile);
      packTile(columns, tile, dM, <usize>(plan.K * BYTES), T);
      const begin = isFirst ? ZEROS : sum;
      const beginRow: usize = isFirst ? 0 : row;
      gatherProduct(tile, sum, row, plan.C, plan.C + MAX_ROWS, begin, beginRow, V, plan.channels, plan.tiles, columns, T, panel);
      if (i == SUMS_OF_PIXELS) addRows(sumsOfPixels + <usize>tile.offset, columns, row, T, isFirst);
      sum += row * <usize>(plan.C + MAX_ROWS);
    }
  }
}

/** dW of a channel. */
function channelChunk(c: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const bands = min(plan.bands, a.B);
  const tap = <usize>(plan.C * plan.K * BYTES);
  const dW = a.out + <usize>(c * plan.K * BYTES);
  for (let j = 0; j < plan.columns.count; j++) {
    const tile = tileOf(plan.columns, j);
    const row = rowBytes(tile);
    const dU = plan.sums + <usize>(tile.offset * (plan.C + MAX_ROWS)) + <usize>c * row;
    for (let at: usize = 0; at < row; at += 16) {
      const to = dW + <usize>tile.offset + at;
      transformFilterGradient(to, tap, dU + at, strideOfSums(plan), bands, bytesOfSums(plan));
    }
  }
}
