import * as z from 'zod';
import { logSumOfExponentials } from '../../core/families/log-softmax.js';
import { loss } from '../../core/families/loss.js';

/**
 * Focal loss: cross-entropy that cares less and less for samples that are right already. With p = softmax(x),
 * loss = -mean((1 - p[t])^gamma log p[t]). Many easy samples no longer drown the few hard ones.
 *
 *     batches: --x: [0, 0], t: [1, 0]--|
 *              focal({ gamma: 2 })
 *     steps:   --loss: ¼ log 2---------|      dx = [-0.298, 0.298]
 *
 * Backward: with f(p) = -(1 - p)^gamma log p, dx = (Σ t f'(p) p) (one-hot of t - p) / B. With gamma 0 it is
 * `softmaxCrossEntropy`.
 *
 * Shapes: x, t, dx [B, C]; the loss is a mean over B. Source: Lin, Goyal, Girshick, He and Dollár (2017), with a softmax
 * over classes in place of their sigmoid; their alpha is what `classWeights` gives.
 */
export const focal = loss({
  name: 'focal',
  summary: '-mean((1 - p)^gamma log p) of the true class, p = softmax(x)',
  options: z.strictObject({
    gamma: z.number().min(0).default(2).describe('How much less samples count that are right already'),
  }),
  example: 'focal: { gamma: 2 }',
  expects: 'logits',
  needs: 'classes',
  loss(_, { gamma }, { shape: [classes] }) {
    const own = new Float64Array(classes); // t f'(p) p
    return (dx, x, t) => {
      const [B] = x.shape;
      let sum = 0;
      for (let row = 0; row < B * classes; row += classes) {
        const logSum = logSumOfExponentials(x.data, row, classes);
        let pull = 0;
        for (let j = 0; j < classes; j++) {
          const truth = t.data[row + j];
          const surprise = logSum - x.data[row + j]; // -log p
          const p = Math.exp(-surprise);
          const miss = (1 - p) ** gamma;
          sum += truth * miss * surprise;
          const easing = gamma === 0 || p === 1 ? 0 : gamma * (1 - p) ** (gamma - 1) * surprise * p;
          own[j] = -truth * (easing + miss);
          pull += own[j];
        }
        for (let j = 0; j < classes; j++) {
          dx.data[row + j] = (own[j] - pull * Math.exp(x.data[row + j] - logSum)) / B;
        }
      }
      return sum / B;
    };
  },
});
