/** Pools, which make one pixel of each window of an image, channel by channel: what their kernels are asked, and the textbook's loops. */
import type { Tensor } from '../tensor.js';
import { forEachTap, outputSize, type WindowShape } from './windows.js';

/** A pool and its way back, which may use what the last `forward` kept. */
export interface Pooling {
  /** out[B, OH, OW, C] of x[B, H, W, C] */
  forward(out: Tensor, x: Tensor): void;
  /** dx[B, H, W, C] of dout[B, OH, OW, C] */
  backward(dx: Tensor, dout: Tensor): void;
}

/** Each output is the largest number of its window, the first of equal ones, or NaN if there is one; its gradient goes there alone. */
export function textbookMaxPool(shape: WindowShape): Pooling {
  const [H, W, C] = shape.image;
  const [OH, OW] = outputSize(shape);
  /** Where in x each output was found. */
  let winners = new Int32Array(0);
  return {
    forward(out, x) {
      const [o, xs] = [out.data, x.data];
      if (winners.length < o.length) winners = new Int32Array(o.length);
      o.fill(Number.NEGATIVE_INFINITY);
      winners.fill(-1);
      for (let n = 0; n < x.shape[0]; n++) {
        forEachTap(shape, (output, _, input) => {
          for (let c = 0; c < C; c++) {
            const to = (n * OH * OW + output) * C + c;
            const from = (n * H * W + input) * C + c;
            const next = xs[from];
            if (winners[to] !== -1 && !(next > o[to] || Number.isNaN(next))) continue;
            o[to] = next;
            winners[to] = from;
          }
        });
      }
    },
    backward(dx, dout) {
      dx.data.fill(0);
      for (let i = 0; i < dout.data.length; i++) dx.data[winners[i]] += dout.data[i];
    },
  };
}

/** Each output is the mean of the pixels of its window, padding not counted; each of them gets its share of the gradient. */
export function textbookAveragePool(shape: WindowShape): Pooling {
  const [H, W, C] = shape.image;
  const [OH, OW] = outputSize(shape);
  /** How many pixels of the image each window has. */
  const counts = new Int32Array(OH * OW);
  forEachTap(shape, (output) => counts[output]++);

  function forEachShare(B: number, visit: (output: number, share: number, input: number) => void): void {
    for (let n = 0; n < B; n++) {
      forEachTap(shape, (output, _, input) => {
        const [to, from] = [(n * OH * OW + output) * C, (n * H * W + input) * C];
        for (let c = 0; c < C; c++) visit(to + c, 1 / counts[output], from + c);
      });
    }
  }

  return {
    forward(out, x) {
      out.data.fill(0);
      forEachShare(x.shape[0], (output, share, input) => {
        out.data[output] += share * x.data[input];
      });
    },
    backward(dx, dout) {
      dx.data.fill(0);
      forEachShare(dx.shape[0], (output, share, input) => {
        dx.data[input] += share * dout.data[output];
      });
    },
  };
}
