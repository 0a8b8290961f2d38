/** Convolution of images, channels last: what its kernels are asked, and the textbook's loops. */
import type { Tensor } from '../tensor.js';
import { forEachTap, outputSize, type WindowShape } from './windows.js';

/**
 * Images [H, W, C] become [OH, OW, K]. Channels and filters are cut into groups, and a filter sees the channels of its own
 * group: all of them where there is one group, one where there are C (a depthwise convolution).
 */
export interface ConvolutionShape extends WindowShape {
  /** K */
  readonly filters: number;
  /** A divisor of C and of K. */
  readonly groups: number;
}

/** The products of a convolution; W is [KH, KW, C / groups, K], and padding is zeros. */
export interface Convolution {
  /** out[B, OH, OW, K] = b[K] + the sum over a window's pixels and channels of x[B, H, W, C] times W. */
  forward(out: Tensor, x: Tensor, W: Tensor, b: Tensor): void;
  /** dW = the sum over images and windows of x times dout; db = the sums of dout[B, OH, OW, K] by filter. */
  gradient(dW: Tensor, db: Tensor, dout: Tensor, x: Tensor): void;
  /** dx[B, H, W, C] = what each pixel gets back from the windows that it lies in. */
  inputGradient(dx: Tensor, dout: Tensor, W: Tensor): void;
}

/** The three products as sums over the same pairs of numbers: an output, and an input that a weight connects with it. */
export function textbookConvolution(shape: ConvolutionShape): Convolution {
  const { image, filters: K, groups } = shape;
  const [H, W, C] = image;
  const [OH, OW] = outputSize(shape);
  const channels = C / groups;
  const filters = K / groups;

  /** Calls `visit` for each connection of an image: the places of its output, its weight and its input. */
  function forEachConnection(n: number, visit: (output: number, weight: number, input: number) => void): void {
    forEachTap(shape, (output, tap, input) => {
      const [to, from] = [(n * OH * OW + output) * K, (n * H * W + input) * C];
      for (let k = 0; k < K; k++) {
        const first = Math.floor(k / filters) * channels;
        for (let c = 0; c < channels; c++) visit(to + k, (tap * channels + c) * K + k, from + first + c);
      }
    });
  }

  return {
    forward(out, x, W, b) {
      const [o, xs, w] = [out.data, x.data, W.data];
      for (let i = 0; i < o.length; i += K) o.set(b.data, i);
      for (let n = 0; n < x.shape[0]; n++) {
        forEachConnection(n, (output, weight, input) => {
          o[output] += xs[input] * w[weight];
        });
      }
    },

    gradient(dW, db, dout, x) {
      const [dw, sums, d, xs] = [dW.data, db.data, dout.data, x.data];
      dw.fill(0);
      sums.fill(0);
      for (let i = 0; i < d.length; i++) sums[i % K] += d[i];
      for (let n = 0; n < x.shape[0]; n++) {
        forEachConnection(n, (output, weight, input) => {
          dw[weight] += xs[input] * d[output];
        });
      }
    },

    inputGradient(dx, dout, W) {
      const [out, d, w] = [dx.data, dout.data, W.data];
      out.fill(0);
      for (let n = 0; n < dx.shape[0]; n++) {
        forEachConnection(n, (output, weight, input) => {
          out[input] += d[output] * w[weight];
        });
      }
    },
  };
}
