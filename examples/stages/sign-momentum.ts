import { learningRate, optimizer } from 'marblenet';
import * as z from 'zod';

/** Sign of the momentum: v = momentum v + dW, W = W - learningRate sign(v) (Bernstein et al. 2018). */
export const signMomentum = optimizer({
  name: 'signMomentum',
  summary: 'v = momentum v + dW, W = W - learningRate sign(v)',
  options: z.strictObject({
    learningRate,
    momentum: z.number().min(0).lt(1).default(0.9).describe('What is left of v from step to step'),
  }),
  example: 'signMomentum: { learningRate: 0.001, momentum: 0.9 }',
  movesByLearningRate: true,
  rule({ value: W, gradient: dW }, { momentum }, _, remember) {
    const v = remember('v');
    return ({ rate, scale, decay }) => {
      for (let i = 0; i < W.data.length; i++) {
        v.data[i] = momentum * v.data[i] + scale * dW.data[i] + decay * W.data[i];
        W.data[i] -= rate * Math.sign(v.data[i]);
      }
    };
  },
});
