/** A tensor to be looked at: what it holds in a few numbers, how they are spread, and those of its first rows. */
import type { Shape, Tensor } from '../tensor.js';
import { type Histogram, histogramOf, rangeOf } from './histogram.js';

/** A copy: it stays as it is when the stage writes its buffer anew. */
export interface TensorView {
  readonly shape: Shape;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** How many of its numbers are 0, from 0 to 1. */
  readonly zeros: number;
  readonly histogram: Histogram;
  /** Its first numbers, row by row. */
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * A tensor as it is at this moment.
 *
 * @param count how many of its numbers to keep
 */
export function viewOf({ shape, data }: Tensor, count: number): TensorView {
  const [min, max] = rangeOf(data);
  let [sum, zeros] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    sum += data[i];
    if (data[i] === 0) zeros++;
  }
  return {
    shape,
    min,
    max,
    mean: sum / data.length,
    zeros: zeros / data.length,
    histogram: histogramOf(data, [min, max]),
    values: Float32Array.from(data.subarray(0, count)),
  };
}
