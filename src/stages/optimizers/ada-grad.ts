import * as z from 'zod';
import { learningRate, optimizer } from '../../core/families/optimizer.js';

/**
 * AdaGrad: s = s + dW², W = W - learningRate dW / (√s + epsilon). Every weight has a pace of its own, and slows down by
 * how far it has been pushed already: a weight that rarely gets a gradient, such as that of a pixel at the edge, takes
 * large steps when it does.
 *
 *     dW:    --1-----1-----1-----|
 *            adaGrad({ learningRate: 0.1 })
 *     moved: --0.1---0.07--0.06--|      0.1 / √1, 0.1 / √2, 0.1 / √3
 *
 * The sum s begins at 0 and only grows, so in a long run it comes to a halt: `rmsProp` forgets.
 *
 * Source: Duchi, Hazan and Singer (2011); PyTorch's Adagrad, with its epsilon of 1e-10 where the book has 1e-7. Weight
 * decay is added to dW, as there.
 */
export const adaGrad = optimizer({
  name: 'adaGrad',
  summary: 's = s + dW²; W = W - learningRate dW / (√s + epsilon)',
  options: z.strictObject({
    learningRate: learningRate.default(0.01),
    epsilon: z.number().positive().default(1e-10).describe('Keeps the quotient finite'),
  }),
  example: 'adaGrad: { learningRate: 0.01, epsilon: 1.0e-10 }',
  rule({ value, gradient }, { epsilon }, kernels, remember) {
    const squares = remember('squares');
    return (update) => kernels.adaGrad(value, squares, gradient, update, epsilon);
  },
});
