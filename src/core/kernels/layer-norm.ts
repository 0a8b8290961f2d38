/** Layer normalization: what its kernels are asked, and the textbook's loops. */
import { type Tensor, widthOf } from '../tensor.js';

/** y = gamma (x - mean) / √(variance + epsilon) + beta, each sample of x[B, ...] by its own D numbers. */
export interface LayerNorm {
  /** gamma and beta have the shape of a sample. */
  forward(y: Tensor, x: Tensor, gamma: Tensor, beta: Tensor): void;
  /** Gradients of y by x, gamma and beta; dgamma and dbeta are sums over the batch. */
  backward(dx: Tensor, dgamma: Tensor, dbeta: Tensor, dy: Tensor, x: Tensor, gamma: Tensor): void;
}

export function textbookLayerNorm(epsilon: number): LayerNorm {
  /** Calls `visit` for each sample: where it begins, its mean, and what its distances from it are multiplied by. */
  function forEachSample(x: Tensor, visit: (begin: number, mean: number, scale: number) => void): void {
    const D = widthOf(x);
    for (let begin = 0; begin < x.data.length; begin += D) {
      let sum = 0;
      for (let i = begin; i < begin + D; i++) sum += x.data[i];
      const mean = sum / D;
      let squares = 0;
      for (let i = begin; i < begin + D; i++) squares += (x.data[i] - mean) ** 2;
      visit(begin, mean, 1 / Math.sqrt(squares / D + epsilon));
    }
  }

  return {
    forward(y, x, gamma, beta) {
      const D = widthOf(x);
      forEachSample(x, (begin, mean, scale) => {
        for (let d = 0; d < D; d++) {
          y.data[begin + d] = gamma.data[d] * (x.data[begin + d] - mean) * scale + beta.data[d];
        }
      });
    },

    // mean and variance depend on x too: what all numbers of a sample have in common is taken off the gradient of each
    backward(dx, dgamma, dbeta, dy, x, gamma) {
      const D = widthOf(x);
      dgamma.data.fill(0);
      dbeta.data.fill(0);
      forEachSample(x, (begin, mean, scale) => {
        let [sum, product] = [0, 0];
        for (let d = 0; d < D; d++) {
          const normalized = (x.data[begin + d] - mean) * scale;
          const slope = dy.data[begin + d] * gamma.data[d];
          dbeta.data[d] += dy.data[begin + d];
          dgamma.data[d] += dy.data[begin + d] * normalized;
          sum += slope;
          product += slope * normalized;
        }
        for (let d = 0; d < D; d++) {
          const normalized = (x.data[begin + d] - mean) * scale;
          dx.data[begin + d] = scale * (dy.data[begin + d] * gamma.data[d] - sum / D - (normalized * product) / D);
        }
      });
    },
  };
}
