import * as z from 'zod';
import { labelSmoothing, loss, smoothedTargets } from '../../core/families/loss.js';

/**
 * Softmax and cross-entropy in one: p = softmax(x), loss = -mean(log p[t]). How surprised the network is by the truth.
 *
 *     batches: --x: [0, 0], t: [1, 0]--|
 *              softmaxCrossEntropy()
 *     steps:   --loss: log 2-----------|      dx = [-½, ½]
 *
 * Backward: dx = (p - t) / B. The two derivatives cancel to this, which is why they are worth fusing: no division by a
 * probability that has rounded to 0, and a log-sum-exp instead of a logarithm of it.
 *
 * With `epsilon`, the loss that is told is -mean(log(p[t] + epsilon)), as the notebook's, which adds 1e-7. Training does
 * not feel it: dx stays (p - t) / B, in the notebook too. So dx is not quite the gradient of that loss; it is off by the
 * share epsilon / (p[t] + epsilon).
 *
 * With `labelSmoothing: ε`, t stands for (1 - ε) t + ε / C: the truth, and a little of everything, which keeps a network
 * from growing ever surer of itself (Szegedy et al. 2016; PyTorch's `label_smoothing`). In train alone, as a rule: a test
 * asks how it does on the truth.
 *
 * Shapes: x, t, dx [B, C]; the loss is a mean over B. Source: the notebook's `softmax`, `cross_entropy_error` and the
 * first line of its `gradient`.
 */
export const softmaxCrossEntropy = loss({
  name: 'softmaxCrossEntropy',
  summary: '-mean(log softmax(x)[t]), fused and stable',
  options: z.strictObject({
    epsilon: z.number().min(0).default(0).describe("Added to p[t] in the loss alone; the notebook's is 1.0e-7"),
    labelSmoothing,
  }),
  example: 'softmaxCrossEntropy: { epsilon: 0, labelSmoothing: 0 }',
  differentiated: (options) => ({ ...options, epsilon: 0 }),
  expects: 'logits',
  needs: 'classes',
  guessing: (classes) => Math.log(classes),
  loss(kernels, options, input) {
    const targets = smoothedTargets(kernels, options, input);
    return (dx, x, t) => kernels.softmaxCrossEntropy(dx, x, targets(t), options.epsilon);
  },
});
