import * as z from 'zod';
import { networkStage } from '../../core/families/network.js';
import { parameterOf } from '../../core/families/parameter.js';
import { rowBuffer } from '../../core/kernels/row-buffer.js';
import { tensorsOf } from '../../core/onnx-rule.js';
import { sizeOf } from '../../core/tensor.js';

/**
 * Batch normalization: every column of a batch, every channel of its images, gets the mean 0 and the variance 1; then the
 * learned gamma and beta scale and shift it as suits the next layer. Layers behind it no longer chase a moving
 * input, so a larger learning rate does.
 *
 *     x:  --[[1], [3]]--|
 *         batchNorm()                       gamma = [1], beta = [0]
 *     y:  --[[-1], [1]]-|
 *
 * y = gamma (x - mean) / √(variance + epsilon) + beta, where mean and variance are those of the batch in training. Running
 * means of both, kept from batch to batch, stand for them in validation, tests and predictions:
 * running = momentum · running + (1 - momentum) · the batch's, with the variance of n numbers as n / (n - 1) of it.
 *
 * Backward: dbeta = Σ dy, dgamma = Σ dy x̂, dx = gamma / √(variance + epsilon) (dy - mean(dy) - x̂ mean(dy x̂)), where
 * x̂ = (x - mean) / √(variance + epsilon): mean and variance depend on every x of the column.
 *
 * Shapes: x [B, ..., C], unchanged; gamma, beta [C]: images without channels, [B, H, W], have W columns, until a convolution
 * gives them channels. A batch of one row leaves nothing but beta of it. Weight decay leaves
 * gamma and beta alone. Source: Ioffe and Szegedy (2015).
 */
export const batchNorm = networkStage({
  name: 'batchNorm',
  summary: 'Columns, or channels, get mean 0 and variance 1, then a learned scale and shift',
  options: z.strictObject({
    momentum: z.number().min(0).lt(1).default(0.9).describe('How much of the running means stays at each batch'),
    epsilon: z.number().positive().default(1e-5).describe('Keeps the divisor above 0'),
  }),
  comparesSamples: true,
  example: 'batchNorm: { momentum: 0.9, epsilon: 1.0e-5 }',
  onnx(graph, x, { epsilon }) {
    const learned = tensorsOf(graph, 'gamma', 'beta', 'mean', 'variance');
    const normalize = (value: string) => graph.add('BatchNormalization', [value, ...learned], { epsilon });
    const { length } = graph.shapeOf(x);
    if (length === 1) return normalize(x);
    if (length > 2) return graph.channelsLast(normalize(graph.channelsFirst(x)));
    const swapped = (value: string) => graph.add('Transpose', value, { perm: [0n, 2n, 1n] }); // to [B, C, rows], and back
    return swapped(normalize(swapped(x)));
  },
  pytorch: {
    tensors: {
      gamma: { name: 'weight', along: 'columns' },
      beta: { name: 'bias', along: 'columns' },
      mean: { name: 'running_mean', along: 'columns' },
      variance: { name: 'running_var', along: 'columns' },
    },
  },
  build({ momentum, epsilon }, { size, shape }, { kernels }) {
    const C = shape[shape.length - 1] ?? 1;
    const gamma = parameterOf(kernels, 'gamma', [C], { undecayed: true });
    const beta = parameterOf(kernels, 'beta', [C], { undecayed: true });
    kernels.fill(gamma.value, () => 1);
    const ofBatch = { mean: kernels.allocate([C]), variance: kernels.allocate([C]) };
    const running = { mean: kernels.allocate([C]), variance: kernels.allocate([C]) };
    kernels.fill(running.variance, () => 1);

    const norm = kernels.batchNorm(C, epsilon);
    const outputs = rowBuffer(kernels, size, shape);
    const gradients = rowBuffer(kernels, size, shape);

    function remember(n: number): void {
      const { mean, variance } = running;
      const unbiased = n / Math.max(1, n - 1);
      for (let c = 0; c < C; c++) {
        mean.data[c] = momentum * mean.data[c] + (1 - momentum) * ofBatch.mean.data[c];
        variance.data[c] = momentum * variance.data[c] + (1 - momentum) * unbiased * ofBatch.variance.data[c];
      }
    }

    return {
      output: shape,
      parameters: [gamma, beta],
      running: Object.entries(running).map(([name, value]) => ({ name, value })),
      forward(x, split) {
        const y = outputs(x.shape[0]);
        const inTraining = split === 'train';
        const by = inTraining ? ofBatch : running;
        if (inTraining) {
          norm.statistics(ofBatch, x);
          remember(sizeOf(x.shape) / C);
        }
        norm.forward(y, x, gamma.value, beta.value, by);
        return [
          y,
          (dy) => {
            const dx = gradients(x.shape[0]);
            if (inTraining) norm.backward(dx, gamma.gradient, beta.gradient, dy, x, gamma.value, ofBatch);
            else norm.inputGradient(dx, dy, gamma.value, running);
            return dx;
          },
        ];
      },
    };
  },
});
