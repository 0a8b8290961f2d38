/** The transforms of filters and of their gradient, a vector of filters at a time. */
import { Float } from '../../math/float';
import { BYTES, LANES } from '../../math/vector';
import { rowBytes, tileOf } from '../column-tiles';
import { WinogradPlan } from './plan';

/** U = G W Gᵀ of W[3, 3, C, K]. */
export function transformFilters(plan: WinogradPlan, W: usize): void {
  const tap = <usize>(plan.C * plan.K * BYTES);
  const filters = <usize>(plan.K * BYTES);
  for (let i = 0; i < plan.columns.count; i++) {
    const tile = tileOf(plan.columns, i);
    const row = rowBytes(tile);
    let to = plan.U + <usize>(tile.offset * plan.C);
    let w = W + <usize>tile.offset;
    for (let c = 0; c < plan.C; c++, w += filters) {
      for (let at: usize = 0; at < row; at += 16, to += 16) transform(false, to, tap, 0, w + at, tap);
    }
  }
}

/** The same of filters that are turned about, from K channels to C: those of the gradient by the input. W is [3, 3, K, C]. */
export function transformTurnedFilters(plan: WinogradPlan, W: usize): void {
  const tap = <usize>(plan.C * plan.K * BYTES);
  for (let i = 0; i < plan.columns.count; i++) {
    const tile = tileOf(plan.columns, i);
    const row = rowBytes(tile);
    const to = plan.U + <usize>(tile.offset * plan.C);
    for (let column = 0; column < tile.width; column++) {
      const w = W + <usize>((tile.offset / BYTES + column) * plan.C * BYTES) + 8 * tap;
      for (let c = 0; c < plan.C; c += LANES) {
        transform(true, to + <usize>c * row + <usize>(column * BYTES), tap, row, w + <usize>(c * BYTES), 0 - tap);
      }
    }
  }
}

/**
 * A vector of nine taps, `tap` bytes apart, becomes one of each U(i), `stride` bytes apart; if it is turned, the lanes go to
 * rows that are `row` bytes apart.
 */
// @ts-ignore: decorator
@inline
function transform(isTurned: bool, to: usize, stride: usize, row: usize, w: usize, tap: usize): void {
  const a0 = v128.load(w), a1 = v128.load(w + tap), a2 = v128.load(w + 2 * tap);
  w += 3 * tap;
  const b0 = v128.load(w), b1 = v128.load(w + tap), b2 = v128.load(w + 2 * tap);
  w += 3 * tap;
  const c0 = v128.load(w), c1 = v128.load(w + tap), c2 = v128.load(w + 2 * tap);
  to = putRow(isTurned, to, stride, row, a0, a1, a2);
  to = putRow(isTurned, to, stride, row, halfSum(a0, b0, c0), halfSum(a1, b1, c1), halfSum(a2, b2, c2));
  to = putRow(isTurned, to, stride, row, halfDifference(a0, b0, c0), halfDifference(a1, b1, c1), halfDifference(a2, b2, c2));
  putRow(isTurned, to, stride, row, c0, c1, c2);
}

/** A row of G W, times Gᵀ. */
// @ts-ignore: decorator
@inline
function putRow(isTurned: bool, to: usize, stride: usize, row: usize, a: v128, b: v128, c: v128): usize {
  put(isTurned, to, row, a);
  to += stride;
  put(isTurned, to, row, halfSum(a, b, c));
  to += stride;
  put(isTurned, to, row, halfDifference(a, b, c));
  to += stride;
  put(isTurned, to, row, c);
  return to + stride;
}

// @ts-ignore: decorator
@inline
function put(isTurned: bool, to: usize, row: usize, vector: v128): void {
  if (!isTurned) {
    v128.store(to, vector);
    return;
  }
  store<Float>(to, v128.extract_lane<Float>(vector, 0));
  store<Float>(to + row, v128.extract_lane<Float>(vector, 1));
  if (BYTES == 8) return;
  store<Float>(to + 2 * row, v128.extract_lane<Float>(vector, 2));
  store<Float>(to + 3 * row, v128.extract_lane<Float>(vector, 3));
}

// @ts-ignore: decorator
@inline
function halfSum(a: v128, b: v128, c: v128): v128 {
  return half(v128.add<Float>(v128.add<Float>(a, c), b));
}

// @ts-ignore: decorator
@inline
function halfDifference(a: v128, b: v128, c: v128): v128 {
  return half(v128.sub<Float>(v128.add<Float>(a, c), b));
}

// @ts-ignore: decorator
@inline
function half(a: v128): v128 {
  return v128.mul<Float>(a, v128.splat<Float>(<Float>0.5));
}

/**
 * dW(c) = Gᵀ dU G for some filters of a channel: a vector of each dU(i), `stride` bytes apart, becomes one of each tap, `tap` bytes
 * apart. dU has the sums of so many bands, `band` bytes apart, which are added first.
 */
export function transformFilterGradient(dW: usize, tap: usize, dU: usize, stride: usize, bands: i32, band: usize): void {
  const rows = 4 * stride;
  for (let j = 0; j < 3; j++, dW += tap) {
    const a = columnOf(j, dU, stride, bands, band);
    const b = columnOf(j, dU + rows, stride, bands, band);
    const c = columnOf(j, dU + 2 * rows, stride, bands, band);
    const d = columnOf(j, dU + 3 * rows, stride, bands, band);
    const sum = half(v128.add<Float>(b, c));
    v128.store(dW, v128.add<Float>(a, sum));
    v128.store(dW + 3 * tap, half(v128.sub<Float>(b, c)));
    v128.store(dW + 6 * tap, v128.add<Float>(d, sum));
  }
}

/** A row of dU, times a column of G. */
// @ts-ignore: decorator
@inline
function columnOf(j: i32, dU: usize, stride: usize, bands: i32, band: usize): v128 {
  const b = total(dU + stride, bands, band);
  const c = total(dU + 2 * stride, bands, band);
  if (j == 1) return half(v128.sub<Float>(b, c));
  const sum = half(v128.add<Float>(b, c));
  return v128.add<Float>(total(j == 0 ? dU : dU + 3 * stride, bands, band), sum);
}

/** The sum over all bands, first to last. */
export function total(p: usize, bands: i32, band: usize): v128 {
  let sum = v128.load(p);
  for (let i = 1; i < bands; i++) sum = v128.add<Float>(sum, v128.load(p + <usize>i * band));
  return sum;
}
