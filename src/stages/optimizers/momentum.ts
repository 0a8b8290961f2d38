import * as z from 'zod';
import { learningRate, optimizer } from '../../core/families/optimizer.js';

/**
 * Momentum: v = momentum v + dW, W = W - learningRate v. A ball that rolls downhill: where gradients agree it gains
 * speed, up to 1 / (1 - momentum) times that of `sgd`, and where they disagree they cancel.
 *
 *     dW:    --1-----1-----1-----|
 *            momentum({ learningRate: 0.1, momentum: 0.9 })
 *     moved: --0.1---0.19--0.27--|
 *
 * The velocity v begins at 0. The book takes the learning rate into it, v = momentum v - learningRate dW and W = W + v:
 * the same path while the learning rate stays the same; with a schedule, this is PyTorch's.
 *
 * Source: Polyak (1964); PyTorch's SGD with momentum. Weight decay is added to dW, as there.
 */
export const momentum = optimizer({
  name: 'momentum',
  summary: 'v = momentum v + dW; W = W - learningRate v',
  options: z.strictObject({
    learningRate,
    momentum: z.number().min(0).lt(1).default(0.9).describe('What the velocity keeps from step to step'),
  }),
  example: 'momentum: { learningRate: 0.05, momentum: 0.9 }',
  rule({ value, gradient }, { momentum }, kernels, remember) {
    const velocity = remember('velocity');
    return (update) => kernels.momentum(value, velocity, gradient, update, momentum);
  },
});
