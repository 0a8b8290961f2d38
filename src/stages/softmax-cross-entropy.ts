import { loss } from '../core/loss.js';
import { noOptions } from '../core/stage.js';

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
 * Shapes: x, t, dx [B, C]; the loss is a mean over B. Source: the notebook's `softmax`, `cross_entropy_error` and the
 * first line of its `gradient`.
 */
export const softmaxCrossEntropy = loss({
  name: 'softmaxCrossEntropy',
  summary: '-mean(log softmax(x)[t]), fused and stable',
  options: noOptions,
  example: 'softmaxCrossEntropy',
  loss: (kernels) => (dx, x, t) => kernels.softmaxCrossEntropy(dx, x, t),
});
