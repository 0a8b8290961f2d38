import * as z from 'zod';
import { RunError } from '../../core/errors.js';
import { loss } from '../../core/families/loss.js';
import { pointwise } from '../../core/families/pointwise-loss.js';
import { sigmoid } from '../../core/sigmoid.js';

/**
 * Sigmoid and cross-entropy in one, for questions of yes or no: p = sigmoid(x), loss = -mean(t log p + (1 - t) log(1 - p)).
 * Each output is a question of its own: spam or not; or several at once, a picture with a cat, a dog, or both.
 *
 *     batches: --x: [0, 0], t: [1, 0]--|
 *              binaryCrossEntropy()
 *     steps:   --loss: log 2-----------|      dx = [-¼, ¼]
 *
 * Backward: dx = (p - t) / (B C). As in `softmaxCrossEntropy`, the two derivatives cancel to this, and the loss is
 * max(x, 0) - x t + log(1 + exp(-|x|)), which no logit is too large for.
 *
 * Targets are numbers from 0 to 1, `target: [spam]` of a table; or one-hot classes, which then need not exclude each other.
 * With `positiveWeight`, each yes counts so many times, where yes is rare.
 *
 * Shapes: x, t, dx [B, C]; the mean is over all B C numbers, as in PyTorch's `BCEWithLogitsLoss`.
 */
export const binaryCrossEntropy = loss({
  name: 'binaryCrossEntropy',
  summary: '-mean(t log p + (1 - t) log(1 - p)), p = sigmoid(x), fused and stable',
  options: z.strictObject({
    positiveWeight: z.number().positive().default(1).describe('How many times a target of 1 counts'),
  }),
  example: 'binaryCrossEntropy: { positiveWeight: 1 }',
  expects: 'binaryLogits',
  loss(_, { positiveWeight }) {
    const judge = pointwise({
      loss: (x, t) => positiveWeight * t * softplus(-x) + (1 - t) * softplus(x),
      derivative: (x, t) => (1 - t) * sigmoid(x) - positiveWeight * t * sigmoid(-x),
    });
    return (dx, x, t) => {
      const wrong = t.data.find((answer) => !(answer >= 0 && answer <= 1));
      if (wrong === undefined) return judge(dx, x, t);
      throw new RunError(`found the target ${wrong}, expected from 0, no, to 1, yes`);
    };
  },
});

/** log(1 + exp(x)) = -log sigmoid(-x) */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
