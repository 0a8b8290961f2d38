import * as z from 'zod';
import { learningRate, optimizer } from '../../core/families/optimizer.js';

/**
 * AdamW: `adam`, with a weight decay that stands beside the rule instead of going through it:
 * W = (1 - learningRate weightDecay) W, then Adam's step by dW alone. So every weight shrinks by the same share, where
 * in `adam` the ones with large gradients would be spared.
 *
 *     dW:    --0-----0-----0-----|
 *            adamW({ learningRate: 0.1, weightDecay: 0.1 })
 *     W:     --0.99--0.98--0.97--|      from 1
 *
 * Source: Loshchilov and Hutter (2019); PyTorch's AdamW, with its weight decay of 0.01 for weights and biases alike.
 */
export const adamW = optimizer({
  name: 'adamW',
  summary: "W = (1 - learningRate weightDecay) W, then adam's step",
  options: z.strictObject({
    learningRate: learningRate.default(0.001),
    beta1: z.number().min(0).lt(1).default(0.9).describe('What the mean of gradients keeps from step to step'),
    beta2: z.number().min(0).lt(1).default(0.999).describe('What the mean of squares keeps from step to step'),
    epsilon: z.number().positive().default(1e-8).describe('Keeps the quotient finite'),
    weightDecay: z.number().min(0).default(0.01).describe('The share of W that goes each step, times learningRate'),
  }),
  example: 'adamW: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1.0e-8, weightDecay: 0.01 }',
  movesByLearningRate: true,
  rule({ value, gradient }, options, kernels, remember) {
    const means = remember('means');
    const squares = remember('squares');
    return (update) => {
      kernels.scale(value, 1 - update.rate * update.decay);
      kernels.adam(value, means, squares, gradient, { ...update, decay: 0 }, options);
    };
  },
});
