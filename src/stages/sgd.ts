import { tap } from 'rxjs';
import { z } from 'zod';
import { PipelineError } from '../core/errors.js';
import type { Step } from '../core/kinds.js';
import { stage } from '../core/stage.js';

/**
 * Stochastic gradient descent: W = W - learningRate dW, for every parameter. One small step downhill a batch.
 *
 *     steps: --a--b--|
 *            sgd({ learningRate: 0.1 })
 *     steps: --a--b--|      and every parameter has moved
 *
 * The step itself passes unchanged: its loss is that of the batch before the update. Needs `backward` before it.
 *
 * Source: the notebook's training loop.
 */
export const sgd = stage({
  name: 'sgd',
  summary: 'W = W - learningRate dW',
  group: 'learning',
  from: 'step',
  to: 'step',
  options: z.strictObject({
    learningRate: z.number().positive().describe('How far to go against the gradient'),
  }),
  example: 'sgd: { learningRate: 0.1 }',
  build({ learningRate }, input, { kernels }) {
    if (!input.gradients) throw new PipelineError('sgd needs gradients; put backward before it');
    return {
      output: input,
      operator: tap((step: Step) => {
        for (const { parameters } of step.tape) {
          for (const { value, gradient } of parameters) kernels.descend(value, gradient, learningRate);
        }
      }),
    };
  },
});
