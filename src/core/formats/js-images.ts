/** The operators of ONNX on images that an exported JavaScript module can compute: on one sample, channels before rows. */
import type { GraphNode } from './graph.js';
import type { Operand } from './js-operand.js';
import { windowsOf } from './onnx-shapes.js';

/** The functions that the module defines where one of its nodes needs them. */
export const imageFunctions = {
  transpose: `/** The axes of x in another order. */
function transpose(x, shape, axes) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1));
  const to = axes.map((axis) => shape[axis]);
  return x.map((_, i) => {
    let from = 0;
    for (let k = axes.length - 1; k >= 0; k--) {
      from += (i % to[k]) * strides[axes[k]];
      i = Math.floor(i / to[k]);
    }
    return x[from];
  });
}`,
  windows: `/** Calls visit for each output pixel and each tap of its window that lies on the image. */
function windows([, H, W], { window: [h, w], strides, pads, dilations, output: [OH, OW] }, visit) {
  for (let o = 0; o < OH * OW; o++) {
    for (let tap = 0; tap < h * w; tap++) {
      const y = Math.floor(o / OW) * strides[0] + Math.floor(tap / w) * dilations[0] - pads[0];
      const x = (o % OW) * strides[1] + (tap % w) * dilations[1] - pads[1];
      if (y >= 0 && y < H && x >= 0 && x < W) visit(o, tap, y * W + x);
    }
  }
}`,
  conv: `/** x [C, H, W], weights [K, C / group, h, w]. */
function conv(x, shape, weights, [K, channels], b, options) {
  const [C, H, W] = shape;
  const { window: [h, w], output: [OH, OW], group } = options;
  const y = new Float64Array(K * OH * OW);
  for (let k = 0; k < K && b; k++) y.fill(b[k], k * OH * OW, (k + 1) * OH * OW);
  windows(shape, options, (o, tap, i) => {
    for (let k = 0; k < K; k++) {
      const first = Math.floor((k * group) / K) * channels;
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += x[(first + c) * H * W + i] * weights[(k * channels + c) * h * w + tap];
      y[k * OH * OW + o] += sum;
    }
  });
  return y;
}`,
  maxPool: `function maxPool(x, shape, options) {
  const [C, H, W] = shape;
  const [OH, OW] = options.output;
  const y = new Float64Array(C * OH * OW).fill(-Infinity);
  windows(shape, options, (o, tap, i) => {
    for (let c = 0; c < C; c++) y[c * OH * OW + o] = Math.max(y[c * OH * OW + o], x[c * H * W + i]);
  });
  return y;
}`,
  averagePool: `function averagePool(x, shape, options) {
  const [C, H, W] = shape;
  const [OH, OW] = options.output;
  const y = new Float64Array(C * OH * OW);
  const counts = new Float64Array(OH * OW);
  windows(shape, options, (o, tap, i) => {
    counts[o]++;
    for (let c = 0; c < C; c++) y[c * OH * OW + o] += x[c * H * W + i];
  });
  return y.map((sum, i) => sum / counts[i % (OH * OW)]);
}`,
  globalAveragePool: `function globalAveragePool(x, [C, H, W]) {
  return Float64Array.from({ length: C }, (_, c) => x.slice(c * H * W, (c + 1) * H * W).reduce((sum, value) => sum + value, 0) / (H * W));
}`,
  batchNormalization: `function batchNormalization(x, gamma, beta, mean, variance, epsilon) {
  const size = x.length / gamma.length;
  return x.map((value, i) => {
    const c = Math.floor(i / size);
    return (gamma[c] * (value - mean[c])) / Math.sqrt(variance[c] + epsilon) + beta[c];
  });
}`,
  layerNormalization: `function layerNormalization(x, gamma, beta, epsilon) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, i) => (gamma[i] * (value - mean)) / Math.sqrt(variance + epsilon) + beta[i]);
}`,
} as const;

/** Those that are here. */
export const imageOperators = [
  'AveragePool',
  'BatchNormalization',
  'Conv',
  'GlobalAveragePool',
  'LayerNormalization',
  'MaxPool',
  'Transpose',
] as const;

/** A node as an expression that gives an array of numbers; undefined where it is no such operator. */
export function imageExpressionOf(
  { op, attributes, shape }: GraphNode,
  operands: readonly Operand[],
): string | undefined {
  const [x, ...tensors] = operands;
  if (x?.kind !== 'value') return undefined;
  const of = (name: keyof typeof imageFunctions, ...rest: readonly unknown[]): string =>
    `${name}(${[x.code, ...rest.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))].join(', ')})`;
  const codes = tensors.map(({ code }) => code);
  const windows = () => ({ ...windowsOf(attributes), output: shape.slice(1) });
  switch (op) {
    case 'Transpose':
      return of(
        'transpose',
        x.shape,
        (attributes.perm as readonly bigint[]).slice(1).map((axis) => Number(axis) - 1),
      );
    case 'Conv': {
      const [W, b] = tensors;
      const weights = W.kind === 'tensor' ? W.shape : [];
      return of('conv', x.shape, W.code, weights, b?.code ?? 'undefined', {
        ...windows(),
        group: Number(attributes.group),
      });
    }
    case 'MaxPool':
      return of('maxPool', x.shape, windows());
    case 'AveragePool':
      return of('averagePool', x.shape, windows());
    case 'GlobalAveragePool':
      return of('globalAveragePool', x.shape);
    case 'BatchNormalization':
      return of('batchNormalization', ...codes, attributes.epsilon);
    case 'LayerNormalization':
      return of('layerNormalization', ...codes, attributes.epsilon);
    default:
      return undefined;
  }
}
