import * as z from 'zod';
import { learningRate, optimizer } from '../../core/families/optimizer.js';

/**
 * Stochastic gradient descent: W = W - learningRate dW, for every parameter. One small step downhill a batch.
 *
 *     steps: --a--b--|
 *            sgd({ learningRate: 0.1 })
 *     steps: --a--b--|      and every parameter has moved
 *
 * The step itself passes unchanged: its loss is that of the batch before the update. Needs `backward` before it.
 *
 * Like every optimizer it takes `clipNorm`, which scales the gradients down when all together they measure more,
 * `weightDecay`, and a `schedule` with a `warmUp`: docs/optimizers.md.
 *
 * Source: the notebook's training loop; PyTorch's SGD.
 */
export const sgd = optimizer({
  name: 'sgd',
  summary: 'W = W - learningRate dW',
  options: z.strictObject({ learningRate }),
  example: 'sgd: { learningRate: 0.1 }',
  movesByGradient: true,
  rule:
    ({ value, gradient }, _, kernels) =>
    ({ rate, scale, decay }) => {
      // W - rate (dW + decay W) = (1 - rate decay) W - rate dW
      if (decay > 0) kernels.scale(value, 1 - rate * decay);
      kernels.descend(value, gradient, rate * scale);
    },
});
