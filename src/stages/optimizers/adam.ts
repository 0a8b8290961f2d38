import * as z from 'zod';
import { learningRate, optimizer } from '../../core/families/optimizer.js';

/**
 * Adam: the direction of `momentum` at the pace of `rmsProp`. Two running means, of the gradient and of its square,
 *
 *     m = beta1 m + (1 - beta1) dW       m̂ = m / (1 - beta1ⁿ)
 *     s = beta2 s + (1 - beta2) dW²      ŝ = s / (1 - beta2ⁿ)      at step n
 *
 * and W = W - learningRate m̂ / (√ŝ + epsilon). Both begin at 0; the divisions take out what is left of that.
 *
 *     dW:    --1----10---100---|
 *            adam({ learningRate: 0.1 })
 *     moved: --0.1--0.08-0.07--|      how long a gradient is hardly matters, only how steady
 *
 * Source: Kingma and Ba (2015); PyTorch's Adam. The book puts both corrections into the learning rate and adds its 1e-7
 * to √s instead of √ŝ, which makes the first steps shorter; PyTorch's rule and its 1e-8 are the ones here. Weight decay
 * is added to dW, as there, and so goes through the division; in `adamW` it does not.
 */
export const adam = optimizer({
  name: 'adam',
  summary: 'W = W - learningRate m̂ / (√ŝ + epsilon), running means of dW and dW²',
  options: z.strictObject({
    learningRate: learningRate.default(0.001),
    beta1: z.number().min(0).lt(1).default(0.9).describe('What the mean of gradients keeps from step to step'),
    beta2: z.number().min(0).lt(1).default(0.999).describe('What the mean of squares keeps from step to step'),
    epsilon: z.number().positive().default(1e-8).describe('Keeps the quotient finite'),
  }),
  example: 'adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1.0e-8, schedule: cosine }',
  movesByLearningRate: true,
  rule({ value, gradient }, options, kernels, remember) {
    const means = remember('means');
    const squares = remember('squares');
    return (update) => kernels.adam(value, means, squares, gradient, update, options);
  },
});
