import * as z from 'zod';
import { loss } from '../../core/families/loss.js';
import { pointwise } from '../../core/families/pointwise-loss.js';

/**
 * Huber's loss: a parabola near the target and a line far from it. With r = x - t, the mean of r² / 2 where |r| ≤ delta, and
 * of delta (|r| - delta / 2) elsewhere. Smooth as the squared error where the network is nearly right, and as unmoved by
 * targets that are far off as the absolute one.
 *
 *     batches: --x: [0.5, 3], t: [1, 0]--|
 *              huber({ delta: 1 })
 *     steps:   --loss: 1.3125------------|      dx = [-¼, ½]
 *
 * Backward: dx = r / (B C), never more than delta / (B C) either way.
 *
 * Shapes: x, t, dx [B, C]; the mean is over all B C numbers. Source: Huber (1964); PyTorch's `HuberLoss`.
 */
export const huber = loss({
  name: 'huber',
  summary: 'Squared error near the target, absolute error far from it',
  options: z.strictObject({
    delta: z.number().positive().default(1).describe('How far off the line begins, in units of the target'),
  }),
  example: 'huber: { delta: 1 }',
  loss: (_, { delta }) =>
    pointwise({
      loss(x, t) {
        const r = Math.abs(x - t);
        return r <= delta ? (r * r) / 2 : delta * (r - delta / 2);
      },
      derivative: (x, t) => Math.max(-delta, Math.min(delta, x - t)),
    }),
});
