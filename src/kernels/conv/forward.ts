/** out[B, OH, OW, K] = b[K] + the sums over the taps of x[B, H, W, C] times W[KH, KW, C / groups, K]; a chunk is an image. */
import { BYTES, LANES } from '../math/vector';
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { panel } from '../threads/panel';
import { parallelFor } from '../threads/parallel';
import { packTile, rowBytes, tileOf } from './column-tiles';
import { BLOCK_BYTES, gatherProduct } from './gather-product';
import { padded } from './padded-image';
import { Arguments, Plan, channelsOf, filtersOf } from './plan';

export function convolution(planned: usize, out: usize, x: usize, W: usize, b: usize, B: i32): void {
  const plan = changetype<Plan>(planned);
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = plan;
  a.out = out;
  a.x = x;
  a.b = b;
  a.B = B;
  let to = plan.packed;
  for (let group = 0; group < plan.groups; group++, W += <usize>(filtersOf(plan) * BYTES)) {
    for (let i = 0; i < plan.filterTiles.count; i++) {
      const tile = tileOf(plan.filterTiles, i);
      packTile(to, tile, W, <usize>(plan.K * BYTES), plan.D);
      to += rowBytes(tile) * plan.D;
    }
  }
  parallelFor(convolutionChunk, B, plan.mayShare != 0);
}

function convolutionChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const image = padded(plan, panel + BLOCK_BYTES, a.x + <usize>chunk * plan.imageBytes);
  const outRow = <usize>(plan.K * BYTES);
  const groupBytes = <usize>(channelsOf(plan) * BYTES);
  let out = a.out + <usize>chunk * plan.outBytes;
  let b = a.b;
  let w = plan.packed;
  let x = image;
  for (let group = 0; group < plan.groups; group++) {
    for (let i = 0; i < plan.filterTiles.count; i++) {
      const tile = tileOf(plan.filterTiles, i);
      const columns = <usize>tile.offset;
      gatherProduct(
        tile,
        out + columns,
        outRow,
        plan.P,
        wholeRows(plan, tile.vectors * LANES - tile.width),
        b + columns,
        0,
        x,
        plan.pixels,
        plan.taps,
        w,
        plan.D,
        panel,
      );
      w += rowBytes(tile) * plan.D;
    }
    out += <usize>(filtersOf(plan) * BYTES);
    b += <usize>(filtersOf(plan) * BYTES);
    x += groupBytes;
  }
}

/**
 * Among how many pixels blocks may be stored whole, where a tile has so many columns that are not its own: none, where those
 * are of another group; all, where the next tile writes them; else, where the next pixels do, those that reach no other image.
 */
function wholeRows(plan: Plan, excess: i32): i32 {
  if (excess == 0 || plan.filterTiles.count > 1) return plan.P;
  if (plan.groups > 1) return 0;
  return max(0, plan.P - (excess + plan.K - 1) / plan.K);
}
