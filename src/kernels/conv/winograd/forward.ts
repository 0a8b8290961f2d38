/** A convolution, and its gradient by the input, by transforms (plan.ts); a chunk is an image. */
import { BYTES } from '../../math/vector';
import { ARGUMENTS, ZEROS, argumentsAt } from '../../threads/layout';
import { panel } from '../../threads/panel';
import { parallelFor } from '../../threads/parallel';
import { rowBytes, tileOf } from '../column-tiles';
import { MAX_ROWS } from '../gather-block';
import { gatherProduct } from '../gather-product';
import { padded } from '../padded-image';
import { transformFilters, transformTurnedFilters } from './filters';
import { Arguments, MIn, PRODUCTS, VIn, WinogradPlan, paddedIn, strideOfM, strideOfV } from './plan';
import { transformInput, transformOutput } from './transforms';

/** out[B, H, W, K] = b[K] + the sums over the taps of x[B, H, W, C] times W[3, 3, C, K]. */
export function winograd(planned: usize, out: usize, x: usize, W: usize, b: usize, B: i32): void {
  transformFilters(changetype<WinogradPlan>(planned), W);
  run(planned, out, x, b, B);
}

/** dx[B, H, W, C] of dout[B, H, W, K], by a plan for the way back: what is gathered from dout are the filters, turned about. */
export function winogradInputGradient(planned: usize, dx: usize, dout: usize, W: usize, B: i32): void {
  transformTurnedFilters(changetype<WinogradPlan>(planned), W);
  run(planned, dx, dout, changetype<WinogradPlan>(planned).zeros, B);
}

function run(planned: usize, out: usize, x: usize, b: usize, B: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.plan = changetype<WinogradPlan>(planned);
  a.out = out;
  a.x = x;
  a.b = b;
  a.B = B;
  parallelFor(winogradChunk, B, a.plan.mayShare != 0);
}

function winogradChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const plan = a.plan;
  const image = padded(plan, paddedIn(), a.x + <usize>chunk * plan.imageBytes);
  const out = a.out + <usize>(chunk * plan.H * plan.W * plan.K * BYTES);
  const V = VIn(plan);
  const M = MIn(plan);
  for (let first = 0; first < plan.H / 2; first += plan.tileRows) {
    const last = min(first + plan.tileRows, plan.H / 2);
    transformInput(V, strideOfV(plan), image, first, last, plan.W, plan.C);
    multiply(plan, M, V, (last - first) * (plan.W / 2));
    transformOutput(out, M, strideOfM(plan), a.b, first, last, plan.W, plan.K);
  }
}

/** M(i)[T, K] = V(i)[T, C] U(i)[C, K] */
function multiply(plan: WinogradPlan, M: usize, V: usize, T: i32): void {
  const row = <usize>(plan.K * BYTES);
  let U = plan.U;
  for (let i = 0; i < PRODUCTS; i++, M += strideOfM(plan), V += strideOfV(plan)) {
    for (let j = 0; j < plan.columns.count; j++) {
      const tile = tileOf(plan.columns, j);
      const to = M + <usize>tile.offset;
      gatherProduct(tile, to, row, T, T + MAX_ROWS, ZEROS, 0, V, plan.tiles, plan.channels, U, plan.C, panel);
      U += rowBytes(tile) * <usize>plan.C;
    }
  }
}
