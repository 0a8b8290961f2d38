import * as z from 'zod';
import { learningRate, optimizer } from '../../core/families/optimizer.js';
import { formerly } from '../../core/former-names.js';

/**
 * RMSProp: s = decay s + (1 - decay) dW², W = W - learningRate dW / (√s + epsilon). `adaGrad` that forgets: each
 * gradient is measured against the root mean square of the last ones, about 1 / (1 - decay) of them.
 *
 *     dW:    --1-----1-----1-----|
 *            rmsProp({ learningRate: 0.1, decay: 0.9 })
 *     moved: --0.32--0.23--0.19--|      towards 0.1
 *
 * The mean s begins at 0, so that the first steps are long; `adam` corrects that, and a `warmUp` hides it.
 *
 * Source: Tieleman and Hinton (2012); PyTorch's RMSprop, with its epsilon of 1e-8 where the book has 1e-7. Weight decay
 * is added to dW, as there.
 */
export const rmsProp = optimizer({
  name: 'rmsProp',
  summary: 's = smoothed dW²; W = W - learningRate dW / (√s + epsilon)',
  options: z.strictObject({
    learningRate: learningRate.default(0.01),
    decay: z.number().min(0).lt(1).default(0.99).describe('What the mean of squares keeps from step to step'),
    epsilon: z.number().positive().default(1e-8).describe('Keeps the quotient finite'),
    smoothing: formerly('decay', z.number()),
  }),
  example: 'rmsProp: { learningRate: 0.001, decay: 0.99, epsilon: 1.0e-8 }',
  movesByLearningRate: true,
  rule({ value, gradient }, options, kernels, remember) {
    const squares = remember('squares');
    return (update) => kernels.rmsProp(value, squares, gradient, update, options);
  },
});
