import { tap } from 'rxjs';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { requireCurrent } from '../../core/kinds.js';
import { stateOf } from '../../core/state.js';
import { trustedStage } from '../../core/trusted-stage.js';
import { WeightAverage } from '../../core/weight-average.js';

/**
 * Averages the weights while they are learned. Steps of descent circle around a good place; the mean of where they have
 * been is nearer to it. The average is what is validated, tested and saved; training goes on with the weights themselves.
 *
 *     steps: --a--b--|
 *            averageWeights({ decay: 0.999 })
 *     steps: --a--b--|      and the averages have followed
 *
 * average = decay · average + (1 - decay) · W at every step, or with `decay: equal` the mean of all steps so far. Both begin
 * with the first step of the epoch `from`; before it, the average is the weights as they are. Of the first steps, number n
 * keeps n / (n + 9) of the average, as long as that is less than the decay: a short run is not to be judged by weights that
 * had hardly learned.
 *
 * The step itself passes unchanged. Needs an optimizer before it. What layers keep running, as batchNorm its means, is
 * averaged in the same way, since it belongs to the weights.
 *
 * Source: Polyak and Juditsky (1992); stochastic weight averaging, Izmailov et al. (2018); the first steps as in
 * TensorFlow's `ExponentialMovingAverage`.
 */
export const averageWeights = trustedStage({
  name: 'averageWeights',
  summary: 'The mean of the weights along the way is what is tested and saved',
  family: 'optimizers',
  from: 'step',
  to: 'step',
  options: z.strictObject({
    decay: z
      .union([z.literal('equal'), z.number().gt(0).lt(1)])
      .default(0.999)
      .describe('How much of the average stays at each step, less at first; equal gives all steps the same share'),
    from: z.int().min(1).default(1).describe('The epoch in which averaging begins'),
  }),
  example: 'averageWeights: { decay: 0.999, from: 1 }',
  build({ decay, from }, input, { kernels, parameters, running, epochs = Number.POSITIVE_INFINITY, at }) {
    if (!input.gradients) throw new PipelineError('averageWeights needs weights that move; put it behind an optimizer');
    if (from > epochs) throw new PipelineError(`averaging would begin in epoch ${from}, and there are ${epochs}`);
    const average = new WeightAverage([...parameters, ...running], kernels);
    const memory = { count: 0, ...average.tensors };
    return {
      output: input,
      average,
      state: stateOf(memory),
      operator: tap((step) => {
        requireCurrent(step, at);
        if (step.epoch >= from) memory.count++;
        const n = memory.count;
        const share = decay === 'equal' ? 1 / n : Math.max(1 - decay, 9 / (n + 9));
        average.add(n > 1 ? share : 1);
      }),
    };
  },
});
