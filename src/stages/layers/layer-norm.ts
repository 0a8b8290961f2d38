import * as z from 'zod';
import { bufferedLayer } from '../../core/families/buffered-layer.js';
import { networkStage } from '../../core/families/network.js';
import { parameterOf } from '../../core/families/parameter.js';
import { tensorsOf } from '../../core/onnx-rule.js';

/**
 * Layer normalization: every sample gets the mean 0 and the variance 1 over all of its numbers; then the learned gamma and
 * beta scale and shift each number as suits the next layer. Nothing depends on the other samples of the batch,
 * so training and predictions are alike.
 *
 *     x:  --[1, 3]---|
 *         layerNorm()            gamma = [1, 1], beta = [0, 0]
 *     y:  --[-1, 1]--|
 *
 * y = gamma x̂ + beta, where x̂ = (x - mean) / √(variance + epsilon).
 *
 * Backward: dbeta = Σ dy, dgamma = Σ dy x̂ over the batch; dx = (g - mean(g) - x̂ mean(g x̂)) / √(variance + epsilon), where
 * g = gamma dy and the means are over the sample.
 *
 * Shapes: x [B, ...], unchanged; gamma and beta have the shape of a sample. Weight decay leaves them alone.
 * Source: Ba, Kiros and Hinton (2016).
 */
export const layerNorm = networkStage({
  name: 'layerNorm',
  summary: 'Every sample gets mean 0 and variance 1, then a learned scale and shift',
  options: z.strictObject({
    epsilon: z.number().positive().default(1e-5).describe('Keeps the divisor above 0'),
  }),
  example: 'layerNorm: { epsilon: 1.0e-5 }',
  onnx: (graph, x, { epsilon }) =>
    graph.add('LayerNormalization', [x, ...tensorsOf(graph, 'gamma', 'beta')], {
      axis: 1n,
      epsilon,
    }),
  pytorch: { tensors: { gamma: { name: 'weight', along: 'sample' }, beta: { name: 'bias', along: 'sample' } } },
  build({ epsilon }, { size, shape }, { kernels }) {
    const gamma = parameterOf(kernels, 'gamma', shape, { undecayed: true });
    const beta = parameterOf(kernels, 'beta', shape, { undecayed: true });
    kernels.fill(gamma.value, () => 1);
    const norm = kernels.layerNorm(epsilon);
    const layer = bufferedLayer(kernels, size, shape, shape, {
      forward: (y, x) => norm.forward(y, x, gamma.value, beta.value),
      backward: (dx, dy, x) => norm.backward(dx, gamma.gradient, beta.gradient, dy, x, gamma.value),
    });
    return { ...layer, parameters: [gamma, beta] };
  },
});
