/** Batch normalization: what its kernels are asked, and the textbook's loops. */
import type { Tensor } from '../tensor.js';

/** The numbers of each column of a batch [R, C]; of images [B, H, W, C], R = B H W rows of one pixel each. */
export interface ColumnStatistics {
  /** [C] */
  readonly mean: Tensor;
  /** [C] The mean of the squared distances from the mean. */
  readonly variance: Tensor;
}

/** y = gamma (x - mean) / √(variance + epsilon) + beta, column by column of the last axis. */
export interface BatchNorm {
  /** Writes mean and variance of x. */
  statistics(of: ColumnStatistics, x: Tensor): void;
  /** y by these statistics, which may be of other numbers than x. */
  forward(y: Tensor, x: Tensor, gamma: Tensor, beta: Tensor, by: ColumnStatistics): void;
  /** Gradients of a y that was made by the statistics of x itself, which depend on every x of a column. */
  backward(dx: Tensor, dgamma: Tensor, dbeta: Tensor, dy: Tensor, x: Tensor, gamma: Tensor, by: ColumnStatistics): void;
  /** dx of a y that was made by statistics of other numbers. */
  inputGradient(dx: Tensor, dy: Tensor, gamma: Tensor, by: ColumnStatistics): void;
}

export function textbookBatchNorm(C: number, epsilon: number): BatchNorm {
  const shares = ({ data }: Tensor): Float64Array => Float64Array.from(data, (value) => 1 / Math.sqrt(value + epsilon));
  return {
    statistics({ mean, variance }, { data }) {
      const R = data.length / C;
      for (let c = 0; c < C; c++) {
        let sum = 0;
        for (let i = c; i < data.length; i += C) sum += data[i];
        const center = sum / R;
        let squares = 0;
        for (let i = c; i < data.length; i += C) squares += (data[i] - center) ** 2;
        mean.data[c] = center;
        variance.data[c] = squares / R;
      }
    },

    forward(y, x, gamma, beta, { mean, variance }) {
      const scale = shares(variance);
      for (let i = 0; i < x.data.length; i++) {
        const c = i % C;
        y.data[i] = gamma.data[c] * (x.data[i] - mean.data[c]) * scale[c] + beta.data[c];
      }
    },

    inputGradient(dx, dy, gamma, { variance }) {
      const scale = shares(variance);
      for (let i = 0; i < dy.data.length; i++) dx.data[i] = dy.data[i] * gamma.data[i % C] * scale[i % C];
    },

    // mean and variance depend on x too: what all numbers of a column have in common is taken off the gradient of each
    backward(dx, dgamma, dbeta, dy, x, gamma, { mean, variance }) {
      const scale = shares(variance);
      const n = x.data.length;
      const R = n / C;
      for (let c = 0; c < C; c++) {
        const normalized = (i: number): number => (x.data[i] - mean.data[c]) * scale[c];
        let [sum, product] = [0, 0];
        for (let i = c; i < n; i += C) {
          sum += dy.data[i];
          product += dy.data[i] * normalized(i);
        }
        dbeta.data[c] = sum;
        dgamma.data[c] = product;
        const factor = gamma.data[c] * scale[c];
        for (let i = c; i < n; i += C) dx.data[i] = factor * (dy.data[i] - sum / R - (normalized(i) * product) / R);
      }
    },
  };
}
