import * as z from 'zod';
import { droppingLayer } from '../../core/families/dropping.js';
import { networkStage } from '../../core/families/network.js';

/**
 * Dropout: in training, every number is 0 with probability `rate`, anew for each batch, and what is left is scaled by
 * 1 / (1 - rate), so that sums keep their size. No unit can rely on another one being there, which keeps a network from
 * learning its examples by heart. Validation, tests and predictions get every number as it is.
 *
 *     x:  --[1, 2, 3, 4]--[1, 2, 3, 4]--|
 *         dropout({ rate: 0.5 })
 *     y:  --[2, 0, 0, 8]--[0, 4, 6, 0]--|      in train:
 *     y:  --[1, 2, 3, 4]--[1, 2, 3, 4]--|      in test:
 *
 * Backward: dx = dy / (1 - rate) where a number was left, else 0.
 *
 * Shapes: any, unchanged. Source: Srivastava, Hinton et al. (2014); scaled in training rather than in tests, as PyTorch
 * does.
 */
export const dropout = networkStage({
  name: 'dropout',
  summary: 'Some numbers become 0 in training, at random',
  options: z.strictObject({
    rate: z.number().min(0).lt(1).default(0.5).describe('The probability of each number to become 0'),
  }),
  example: 'dropout: { rate: 0.5 }',
  onnx: (_, x) => x,
  build: ({ rate }, input, context) =>
    droppingLayer(input, context, (mask) => {
      for (let i = 0; i < mask.length; i++) mask[i] = context.random.uniform() < rate ? 0 : 1 / (1 - rate);
    }),
});
