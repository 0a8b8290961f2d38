import * as z from 'zod';
import { labelSmoothing, loss, smoothedTargets } from '../../core/families/loss.js';

/**
 * Cross-entropy on probabilities: loss = -mean(Σ t log(y + epsilon)). Goes after a `softmax` layer.
 *
 *     batches: --x: [0.8, 0.2], t: [1, 0]--|
 *              crossEntropy()
 *     steps:   --loss: 0.22----------------|      dx = [-1.25, 0]
 *
 * Backward: dx = -t / (x + epsilon) / B.
 *
 * With `labelSmoothing: ε`, t stands for (1 - ε) t + ε / C, as in `softmaxCrossEntropy`.
 *
 * Shapes: x, t, dx [B, C]; the loss is a mean over B. Source: the notebook's `cross_entropy_error`, whose 1e-7 keeps
 * the logarithm of a probability of 0 finite.
 */
export const crossEntropy = loss({
  name: 'crossEntropy',
  summary: '-mean(Σ t log(x + epsilon)), on probabilities',
  options: z.strictObject({
    epsilon: z.number().min(0).default(1e-7).describe('Keeps the logarithm finite'),
    labelSmoothing,
  }),
  example: 'crossEntropy: { epsilon: 1.0e-7, labelSmoothing: 0 }',
  expects: 'probabilities',
  needs: 'classes',
  guessing: (classes) => Math.log(classes),
  loss(kernels, options, input) {
    const targets = smoothedTargets(kernels, options, input);
    return (dx, x, t) => kernels.crossEntropy(dx, x, targets(t), options.epsilon);
  },
});
