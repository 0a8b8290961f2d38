/**
 * Every kernel as a textbook would write it: plain loops over row-major arrays, the formula in view. Sums are float64
 * where they are kept in a variable, and rounded to the tensor's own type where they are stored.
 */
import { scaled } from '../scaling.js';
import { type DType, type Tensor, widthOf, zeros } from '../tensor.js';
import { textbookBatchNorm } from './batch-norm.js';
import { textbookConvolution } from './convolution.js';
import { textbookDistortion } from './distortion.js';
import type { Elementwise, Formula, Kernels, Update } from './kernels.js';
import { textbookLayerNorm } from './layer-norm.js';
import { textbookAveragePool, textbookMaxPool } from './pooling.js';

export const createTextbookKernels = (dtype: DType): Kernels => ({
  backend: 'typescript',
  dtype,
  allocate: (shape) => zeros(shape, dtype),

  fill({ data }, draw) {
    for (let i = 0; i < data.length; i++) data[i] = draw();
  },

  gather(x, features, rows, scaling) {
    const B = x.shape[0];
    const D = widthOf(x);
    const out = x.data;
    for (let b = 0; b < B; b++) {
      const from = rows[b] * D;
      const to = b * D;
      for (let d = 0; d < D; d++) out[to + d] = scaled(features[from + d], d, scaling);
    }
  },

  prefetch() {}, // there is one thread, which computes

  changed() {}, // it makes nothing of them

  oneHot(t, labels) {
    const [B, C] = t.shape;
    t.data.fill(0);
    for (let b = 0; b < B; b++) t.data[b * C + labels[b]] = 1;
  },

  dense(out, x, W, b) {
    const B = x.shape[0];
    const [D, H] = W.shape;
    const [o, xs, w] = [out.data, x.data, W.data];
    for (let row = 0; row < B; row++) {
      const to = row * H;
      o.set(b.data, to);
      for (let d = 0; d < D; d++) {
        const value = xs[row * D + d];
        if (value === 0) continue; // four pixels in five are background, and add nothing
        const from = d * H;
        for (let h = 0; h < H; h++) o[to + h] += value * w[from + h];
      }
    }
  },

  denseGradient(dW, db, dout, x) {
    const B = x.shape[0];
    const [D, H] = dW.shape;
    const [dw, d, xs] = [dW.data, dout.data, x.data];
    dw.fill(0);
    db.data.fill(0);
    for (let row = 0; row < B; row++) {
      const from = row * H;
      for (let h = 0; h < H; h++) db.data[h] += d[from + h];
      for (let i = 0; i < D; i++) {
        const value = xs[row * D + i];
        if (value === 0) continue;
        const to = i * H;
        for (let h = 0; h < H; h++) dw[to + h] += value * d[from + h];
      }
    }
  },

  denseInputGradient(dx, dout, W) {
    const B = dx.shape[0];
    const [D, H] = W.shape;
    const [out, d, w] = [dx.data, dout.data, W.data];
    for (let row = 0; row < B; row++) {
      for (let i = 0; i < D; i++) {
        let sum = 0;
        for (let h = 0; h < H; h++) sum += d[row * H + h] * w[i * H + h];
        out[row * D + i] = sum;
      }
    }
  },

  convolution: textbookConvolution,
  maxPool: textbookMaxPool,
  averagePool: textbookAveragePool,
  batchNorm: textbookBatchNorm,
  distortion: textbookDistortion,
  layerNorm: textbookLayerNorm,

  elementwise,

  softmax(y, x) {
    const [B, C] = x.shape;
    for (let b = 0; b < B; b++) softmaxRow(y.data, x.data, b * C, C);
  },

  softmaxBackward(dx, dout, y) {
    const [B, C] = y.shape;
    for (let b = 0; b < B; b++) {
      let dot = 0;
      for (let i = b * C; i < (b + 1) * C; i++) dot += dout.data[i] * y.data[i];
      for (let i = b * C; i < (b + 1) * C; i++) dx.data[i] = y.data[i] * (dout.data[i] - dot);
    }
  },

  softmaxCrossEntropy(dx, x, t, epsilon = 0) {
    const [B, C] = x.shape;
    let loss = 0;
    for (let b = 0; b < B; b++) {
      const row = b * C;
      // -log softmax(x)[t] = log(sum(exp(x))) - x[t]: no logarithm of a number that has rounded to 0
      const logSum = softmaxRow(dx.data, x.data, row, C);
      for (let i = row; i < row + C; i++) {
        const surprise = epsilon === 0 ? logSum - x.data[i] : -Math.log(dx.data[i] + epsilon);
        if (t.data[i] !== 0) loss += t.data[i] * surprise; // 0 times infinity is no number
        dx.data[i] = (dx.data[i] - t.data[i]) / B;
      }
    }
    return loss / B;
  },

  crossEntropy(dy, y, t, epsilon) {
    const B = y.shape[0];
    let loss = 0;
    for (let i = 0; i < y.data.length; i++) {
      loss -= t.data[i] === 0 ? 0 : t.data[i] * Math.log(y.data[i] + epsilon);
      dy.data[i] = t.data[i] === 0 ? 0 : -t.data[i] / (y.data[i] + epsilon) / B;
    }
    return loss / B;
  },

  meanSquaredError(dx, x, t) {
    const n = x.data.length;
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const error = x.data[i] - t.data[i];
      loss += error * error;
      dx.data[i] = (2 * error) / n;
    }
    return loss / n;
  },

  smoothTargets(out, t, smoothing) {
    const C = t.shape[1];
    for (let i = 0; i < t.data.length; i++) out.data[i] = (1 - smoothing) * t.data[i] + smoothing / C;
  },

  add(out, a, b) {
    for (let i = 0; i < a.data.length; i++) out.data[i] = a.data[i] + b.data[i];
  },

  multiply(out, a, b) {
    for (let i = 0; i < a.data.length; i++) out.data[i] = a.data[i] * b.data[i];
  },

  blend({ data }, value, share) {
    const { data: values } = value;
    for (let i = 0; i < data.length; i++) data[i] = share === 1 ? values[i] : data[i] + share * (values[i] - data[i]);
  },

  scale({ data }, factor) {
    for (let i = 0; i < data.length; i++) data[i] *= factor;
  },

  sumOfSquares({ data }) {
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i] * data[i];
    return sum;
  },

  momentum(value, velocity, gradient, update, momentum) {
    const [w, v, dw] = [value.data, velocity.data, gradient.data];
    for (let i = 0; i < w.length; i++) {
      v[i] = momentum * v[i] + slope(dw[i], w[i], update);
      w[i] -= update.rate * v[i];
    }
  },

  nesterov(value, velocity, gradient, update, momentum) {
    const [w, v, dw] = [value.data, velocity.data, gradient.data];
    for (let i = 0; i < w.length; i++) {
      const g = slope(dw[i], w[i], update);
      v[i] = momentum * v[i] + g;
      w[i] -= update.rate * (g + momentum * v[i]);
    }
  },

  adaGrad(value, squares, gradient, update, epsilon) {
    const [w, s, dw] = [value.data, squares.data, gradient.data];
    for (let i = 0; i < w.length; i++) {
      const g = slope(dw[i], w[i], update);
      s[i] += g * g;
      w[i] -= (update.rate * g) / (Math.sqrt(s[i]) + epsilon);
    }
  },

  rmsProp(value, squares, gradient, update, { decay, epsilon }) {
    const [w, s, dw] = [value.data, squares.data, gradient.data];
    for (let i = 0; i < w.length; i++) {
      const g = slope(dw[i], w[i], update);
      s[i] = decay * s[i] + (1 - decay) * g * g;
      w[i] -= (update.rate * g) / (Math.sqrt(s[i]) + epsilon);
    }
  },

  adam(value, means, squares, gradient, update, { beta1, beta2, epsilon }) {
    const [w, m, s, dw] = [value.data, means.data, squares.data, gradient.data];
    // Both begin at 0 and are too small at first; divided by this share, they are not.
    const meanShare = 1 - beta1 ** update.count;
    const squareShare = 1 - beta2 ** update.count;
    for (let i = 0; i < w.length; i++) {
      const g = slope(dw[i], w[i], update);
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      s[i] = beta2 * s[i] + (1 - beta2) * g * g;
      w[i] -= (update.rate * (m[i] / meanShare)) / (Math.sqrt(s[i] / squareShare) + epsilon);
    }
  },

  descend(value, gradient, rate) {
    const [v, g] = [value.data, gradient.data];
    for (let i = 0; i < v.length; i++) v[i] -= rate * g[i];
  },

  startThreads: () => ({ stop: () => {} }),
});

/** What an optimizer takes for the gradient of one weight: clipped, and pulled towards 0. */
const slope = (dw: number, w: number, { scale, decay }: Update): number => scale * dw + decay * w;

const elementwise = ({ value, derivative }: Formula): Elementwise => ({
  forward(out, x) {
    for (let i = 0; i < x.data.length; i++) out.data[i] = value(x.data[i]);
  },
  backward(dx, dout, x, y) {
    for (let i = 0; i < x.data.length; i++) dx.data[i] = dout.data[i] * derivative(x.data[i], y.data[i]);
  },
});

/** One row of softmax; returns log(sum(exp(x))). The largest exponent is 0, so nothing overflows. */
function softmaxRow(y: Tensor['data'], x: Tensor['data'], start: number, C: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + C; i++) max = Math.max(max, x[i]);
  let sum = 0;
  for (let i = start; i < start + C; i++) {
    const e = Math.exp(x[i] - max);
    y[i] = e;
    sum += e;
  }
  for (let i = start; i < start + C; i++) y[i] /= sum;
  return max + Math.log(sum);
}
