import * as z from 'zod';
import { learningRate, optimizer } from '../../core/families/optimizer.js';

/**
 * Nesterov's momentum: v = momentum v + dW, W = W - learningRate (dW + momentum v). It goes by the slope where its
 * velocity is about to take it, and so brakes before the valley's floor, where `momentum` brakes behind it.
 *
 *     dW:    --1------1------1------|
 *            nesterov({ learningRate: 0.1, momentum: 0.9 })
 *     moved: --0.19---0.27---0.34---|
 *
 * The velocity v begins at 0.
 *
 * Source: Nesterov (1983), in the form of Sutskever et al. (2013) that needs no gradient elsewhere; PyTorch's SGD with
 * `nesterov=True`. Weight decay is added to dW, as there.
 */
export const nesterov = optimizer({
  name: 'nesterov',
  summary: 'v = momentum v + dW; W = W - learningRate (dW + momentum v)',
  options: z.strictObject({
    learningRate,
    momentum: z.number().positive().lt(1).default(0.9).describe('What the velocity keeps from step to step'),
  }),
  example: 'nesterov: { learningRate: 0.05, momentum: 0.9 }',
  rule({ value, gradient }, { momentum }, kernels, remember) {
    const velocity = remember('velocity');
    return (update) => kernels.nesterov(value, velocity, gradient, update, momentum);
  },
});
