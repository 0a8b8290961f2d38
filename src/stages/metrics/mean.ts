import * as z from 'zod';
import { metric } from '../../core/families/metric.js';
import { stateOf } from '../../core/state.js';

/**
 * Mean of a number over the epoch, each batch counted by its samples, so that a short last batch weighs less.
 *
 *     steps:   --loss: 2--loss: 1--|
 *              mean({ of: 'loss' })
 *     metrics: --------------------(1.5|)
 */
export const mean = metric({
  name: 'mean',
  summary: 'Mean over the epoch, weighted by batch size',
  options: z.strictObject({
    of: z.enum(['loss']).describe('Which number of a step'),
  }),
  example: 'mean: { of: loss }',
  metricName: ({ of }) => of,
  start({ of }) {
    const total = { sum: 0, samples: 0 };
    return {
      add(step) {
        const rows = step.x.shape[0];
        total.sum += step[of] * rows;
        total.samples += rows;
      },
      result: () => ({ value: total.sum / total.samples }),
      state: stateOf(total),
    };
  },
});
