import * as z from 'zod';
import { metric } from '../../core/families/metric.js';
import { seeTargets, sumOf } from '../../core/families/predictions.js';
import { stateOf } from '../../core/state.js';

/**
 * Mean of a number over the epoch, each batch counted by its samples, so that a short last batch weighs less.
 *
 *     steps:   --loss: 2--loss: 1--|
 *              mean({ of: 'loss' })
 *     metrics: --------------------(1.5|)
 *
 * Samples that have weights count by those. `of: absoluteError` is how far off the network is from real-valued targets,
 * |x - t|, in the target's own units, though `standardize: { of: targets }` has scaled them.
 */
export const mean = metric({
  name: 'mean',
  summary: 'Mean over the epoch, weighted by batch size',
  options: z.strictObject({
    of: z.enum(['loss', 'absoluteError']).describe('Which number'),
  }),
  example: 'mean: { of: loss }',
  metricName: ({ of }) => (of === 'loss' ? 'loss' : 'meanAbsoluteError'),
  needs: ({ of }) => (of === 'loss' ? undefined : 'targets'),
  start({ of }) {
    const total = { sum: 0, samples: 0 };
    return {
      add(step) {
        if (of === 'loss') {
          const samples = step.weights === undefined ? step.x.shape[0] : sumOf(step.weights);
          total.sum += step.loss * samples;
          total.samples += samples;
        } else {
          seeTargets(step, (said, target) => {
            total.sum += Math.abs(said - target);
            total.samples++;
          });
        }
      },
      result: () => ({ value: total.sum / total.samples }),
      state: stateOf(total),
    };
  },
});
