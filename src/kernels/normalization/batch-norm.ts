/**
 * Batch normalization of the columns of x[R, C]. Only the way back needs more than one pass over the numbers: its first
 * collects the sums that all rows have in common. `work` is memory that normalizationBytes gives the size of.
 */
import { Float } from '../math/float';
import { BYTES, LANES, multiplyAdd, storeFirst } from '../math/vector';
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { Chunk, parallelFor } from '../threads/parallel';
import {
  COLUMNS,
  MAX_BANDS,
  ROWS,
  addTo,
  bandBytes,
  bandRows,
  bandsIn,
  floatAt,
  setFloat,
  sumAt,
  totalOf,
} from './column-bands';

/** From how many floats on threads pay. */
const WORTHWHILE: i64 = 20_000;

@unmanaged
class Arguments {
  out: usize;
  x: usize;
  dy: usize;
  /** [C] each. */
  center: usize;
  shift: usize;
  /** The sums of the bands. */
  sums: usize;
  /** [C] What is added to dy, what x - center is multiplied by, and what the sum of both is. */
  constants: usize;
  factors: usize;
  gradientFactors: usize;
  R: i32;
  C: i32;
}

/** Bytes of the memory that a batch normalization works in. */
export function normalizationBytes(C: i32): i32 {
  return MAX_BANDS * bandBytes(C) + 3 * columnBytes(C);
}

/** Bytes of a float for each column, and of spare vectors. */
function columnBytes(C: i32): i32 {
  return (C + COLUMNS) * BYTES;
}

function setArguments(x: usize, R: i32, C: i32, work: usize): Arguments {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.x = x;
  a.R = R;
  a.C = C;
  a.sums = work;
  a.factors = work + <usize>(MAX_BANDS * bandBytes(C));
  a.gradientFactors = a.factors + <usize>columnBytes(C);
  a.constants = a.gradientFactors + <usize>columnBytes(C);
  return a;
}

function overBands(kernel: Chunk, R: i32, C: i32): void {
  parallelFor(kernel, bandsIn(R), <i64>R * C > WORTHWHILE);
}

/**
 * mean[C], and variance[C] = the mean of the squared distances from it. What is added up are distances from the first row: a
 * number of each column that lies among its numbers, so that little is lost where these lie far from 0.
 */
export function columnStatistics(mean: usize, variance: usize, x: usize, R: i32, C: i32, work: usize): void {
  const a = setArguments(x, R, C, work);
  a.center = x;
  overBands(statisticsChunk, R, C);
  for (let c = 0; c < C; c++) {
    const distance = totalOf(a.sums, false, c, R, C) / R;
    setFloat(mean, c, floatAt(x, c) + distance);
    setFloat(variance, c, Math.max(0, totalOf(a.sums, true, c, R, C) / R - distance * distance));
  }
}

function statisticsChunk(band: i32): void {
  addBand(band, false);
}

/** The sums of a band: of x - center and of its squares, or of dy and of dy (x - center). */
// @ts-ignore: decorator
@inline
function addBand(band: i32, isBackward: bool): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const C = a.C;
  const row = <usize>(C * BYTES);
  memory.fill(sumAt(a.sums, band, false, 0, C), 0, bandBytes(C));
  const end = min((band + 1) * bandRows(a.R), a.R);
  for (let r = band * bandRows(a.R); r < end; r += ROWS) {
    const offset = <usize>r * row;
    const rows = min(ROWS, end - r);
    for (let c = 0; c < C; c += COLUMNS) {
      const column = <usize>(c * BYTES);
      addColumns(
        isBackward,
        sumAt(a.sums, band, false, c, C),
        sumAt(a.sums, band, true, c, C),
        a.x + offset + column,
        a.dy + offset + column,
        a.center + column,
        rows,
        row,
      );
    }
  }
}

/** COLUMNS columns of up to ROWS rows; those behind the last one have any numbers. */
// @ts-ignore: decorator
@inline
function addColumns(
  isBackward: bool,
  firstSums: usize,
  secondSums: usize,
  x: usize,
  dy: usize,
  center: usize,
  rows: i32,
  row: usize,
): void {
  const zero = v128.splat<Float>(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  let q0 = zero, q1 = zero, q2 = zero, q3 = zero;
  const c0 = v128.load(center), c1 = v128.load(center, 16), c2 = v128.load(center, 32), c3 = v128.load(center, 48);
  for (const end = x + row * <usize>rows; x < end; x += row, dy += row) {
    const d0 = v128.sub<Float>(v128.load(x), c0);
    const d1 = v128.sub<Float>(v128.load(x, 16), c1);
    const d2 = v128.sub<Float>(v128.load(x, 32), c2);
    const d3 = v128.sub<Float>(v128.load(x, 48), c3);
    const g0 = isBackward ? v128.load(dy) : d0;
    const g1 = isBackward ? v128.load(dy, 16) : d1;
    const g2 = isBackward ? v128.load(dy, 32) : d2;
    const g3 = isBackward ? v128.load(dy, 48) : d3;
    s0 = v128.add<Float>(s0, g0);
    s1 = v128.add<Float>(s1, g1);
    s2 = v128.add<Float>(s2, g2);
    s3 = v128.add<Float>(s3, g3);
    q0 = multiplyAdd(q0, g0, d0);
    q1 = multiplyAdd(q1, g1, d1);
    q2 = multiplyAdd(q2, g2, d2);
    q3 = multiplyAdd(q3, g3, d3);
  }
  addTo(firstSums, s0);
  addTo(firstSums + LANES * 8, s1);
  addTo(firstSums + 2 * LANES * 8, s2);
  addTo(firstSums + 3 * LANES * 8, s3);
  addTo(secondSums, q0);
  addTo(secondSums + LANES * 8, q1);
  addTo(secondSums + 2 * LANES * 8, q2);
  addTo(secondSums + 3 * LANES * 8, q3);
}

/** y[R, C] = gamma (x - mean) / √(variance + epsilon) + beta */
export function batchNorm(
  y: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  epsilon: f64,
  R: i32,
  C: i32,
  work: usize,
): void {
  const a = setArguments(x, R, C, work);
  a.out = y;
  a.center = mean;
  a.shift = beta;
  for (let c = 0; c < C; c++) setFloat(a.factors, c, floatAt(gamma, c) / Math.sqrt(floatAt(variance, c) + epsilon));
  overBands(batchNormChunk, R, C);
}

function batchNormChunk(band: i32): void {
  writeBand(band, false);
}

/** Of a band, y; or dx. */
// @ts-ignore: decorator
@inline
function writeBand(band: i32, isBackward: bool): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const row = <usize>(a.C * BYTES);
  const first = <usize>(band * bandRows(a.R)) * row;
  const end = <usize>min((band + 1) * bandRows(a.R), a.R) * row;
  for (let offset = first; offset < end; offset += row) {
    for (let c = 0; c < a.C; c += LANES) {
      const column = <usize>(c * BYTES);
      const at = offset + column;
      const distance = v128.sub<Float>(v128.load(a.x + at), v128.load(a.center + column));
      let value = v128.load((isBackward ? a.constants : a.shift) + column);
      if (isBackward) value = v128.add<Float>(v128.load(a.dy + at), value);
      value = multiplyAdd(value, distance, v128.load(a.factors + column));
      if (isBackward) value = v128.mul<Float>(value, v128.load(a.gradientFactors + column));
      storeFirst(a.out + at, value, min(LANES, a.C - c));
    }
  }
}

/** dx[R, C], dgamma[C] and dbeta[C] of a y that was made by the mean and the variance of x itself. */
export function batchNormBackward(
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  dy: usize,
  x: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  epsilon: f64,
  R: i32,
  C: i32,
  work: usize,
): void {
  const a = setArguments(x, R, C, work);
  a.out = dx;
  a.dy = dy;
  a.center = mean;
  overBands(backwardSumsChunk, R, C);
  for (let c = 0; c < C; c++) {
    const scale = 1 / Math.sqrt(floatAt(variance, c) + epsilon);
    const sum = totalOf(a.sums, false, c, R, C);
    const product = totalOf(a.sums, true, c, R, C) * scale;
    setFloat(dbeta, c, sum);
    setFloat(dgamma, c, product);
    // dx = gamma scale (dy - sum / R - (x - mean) scale product / R)
    setFloat(a.constants, c, -sum / R);
    setFloat(a.factors, c, (-scale * product) / R);
    setFloat(a.gradientFactors, c, floatAt(gamma, c) * scale);
  }
  overBands(batchNormBackwardChunk, R, C);
}

function backwardSumsChunk(band: i32): void {
  addBand(band, true);
}

function batchNormBackwardChunk(band: i32): void {
  writeBand(band, true);
}
