import * as z from 'zod';
import { firstWeights, firstWeightsOption } from '../../core/families/first-weights.js';
import { networkStage } from '../../core/families/network.js';
import { parameterOf } from '../../core/families/parameter.js';
import { rowBuffer } from '../../core/kernels/row-buffer.js';
import { tensorsOf } from '../../core/onnx-rule.js';
import { sizeOf } from '../../core/tensor.js';

/**
 * Dense layer: y = x W + b. Every output is a weighted sum of every input: the notebook's `np.dot(x, W1) + b1`.
 *
 *     x:  --[1, 2]---|
 *         dense({ units: 1 })      W = [[3], [4]], b = [5]
 *     y:  --[16]-----|             1·3 + 2·4 + 5
 *
 * Backward: dW = xᵀ dy, db = the column sums of dy, dx = dy Wᵀ.
 *
 * First weights, for D inputs and H units: `{ normal: s }` Gaussian with standard deviation s, as the notebook's
 * `0.01 * randn`; `heNormal` √(2 / D), for relu (He et al. 2015); `xavierNormal` √(2 / (D + H)) and `xavierUniform`
 * between ±√(6 / (D + H)), for sigmoid and tanh (Glorot and Bengio 2010); `zeros`, from which a hidden layer never
 * learns, since all its units stay alike.
 *
 * Shapes: x [B, D] -> y [B, H]; W [D, H], b [H]. A sample of more axes, such as a picture [28, 28], is read number by
 * number, row after row: D is the product.
 */
export const dense = networkStage({
  name: 'dense',
  summary: 'y = x W + b, every output a weighted sum of every input',
  options: z.strictObject({
    units: z.int().min(1).max(65_536).describe('H, the number of outputs'),
    weights: firstWeightsOption.default('heNormal').describe('How the first weights are drawn'),
    bias: z.boolean().default(true).describe('Whether b is learned; without, it stays 0'),
    freeze: z.boolean().optional().describe('Whether W and b stay as they are, as in fine-tuning the layers behind'),
  }),
  example: 'dense: { units: 50, weights: { normal: 0.01 }, bias: true }',
  gives: 'logits',
  beginsAtZero: ({ weights }) => weights === 'zeros',
  onnx: (graph, x) => graph.add('Gemm', [graph.flat(x), ...tensorsOf(graph, 'W', 'b')]),
  pytorch: {
    tensors: { W: { name: 'weight', axes: [1, 0], along: 'sample' }, b: { name: 'bias' } },
    flatten: 'before',
  },
  build({ units, weights, bias, freeze }, { size, shape }, { kernels, random }) {
    const inputs = sizeOf(shape);
    const marks = freeze ? { frozen: true } : {};
    const W = parameterOf(kernels, 'W', [inputs, units], marks);
    const b = parameterOf(kernels, 'b', [units], marks);
    kernels.fill(W.value, firstWeights(weights, inputs, units, random));

    const outputs = rowBuffer(kernels, size, [units]);
    const gradients = rowBuffer(kernels, size, shape);
    return {
      output: [units],
      parameters: bias ? [W, b] : [W],
      forward(x) {
        const y = outputs(x.shape[0]);
        kernels.dense(y, x, W.value, b.value);
        return [
          y,
          (dy, needed) => {
            kernels.denseGradient(W.gradient, b.gradient, dy, x);
            if (!needed) return undefined;
            const dx = gradients(x.shape[0]);
            kernels.denseInputGradient(dx, dy, W.value);
            return dx;
          },
        ];
      },
    };
  },
});
