import * as z from 'zod';
import { calibrationBin, calibrationError as errorOf } from '../../core/calibration.js';
import { metric } from '../../core/families/metric.js';
import { seeProbabilities } from '../../core/families/predictions.js';
import { stateOf } from '../../core/state.js';
import { largestColumn, zeros } from '../../core/tensor.js';

/**
 * Expected calibration error: how far the network's confidence is from its accuracy. Where it says 90 %, nine of ten should
 * be right; a network that has learned its training data by heart is surer than that.
 *
 *     steps:   --p: [.9, .1], label 0--p: [.8, .2], label 1--|
 *              calibrationError()
 *     metrics: ----------------------------------------------(0.45|)      (|1 - .9| + |0 - .8|) / 2
 *
 * Samples are put into bins of equal width by the probability of the class that they are taken for, and the difference is
 * weighted by how many a bin has. Behind `binaryCrossEntropy`, each output is a decision of its own, yes or no.
 *
 * Source: Guo, Pleiss, Sun and Weinberger (2017), equation 3.
 */
export const calibrationError = metric({
  name: 'calibrationError',
  summary: 'How far confidence is from accuracy',
  options: z.strictObject({
    bins: z.int().min(1).max(1000).default(15).describe('How many, from a probability of 0 to 1'),
  }),
  example: 'calibrationError: { bins: 15 }',
  needs: 'probabilities',
  start({ bins }) {
    const counts = zeros([2, bins], 'float64');
    const [confidence, right] = [counts.data.subarray(0, bins), counts.data.subarray(bins)];
    const counted = { counts, decisions: 0 };
    const count = (probability: number, isRight: boolean): void => {
      const bin = calibrationBin(probability, bins);
      confidence[bin] += probability;
      if (isRight) right[bin]++;
      counted.decisions++;
    };
    return {
      add(step) {
        const { labels, t } = step;
        seeProbabilities(step, (p, b) => {
          const predicted = largestColumn(p, 0, p.length);
          if (labels !== undefined) return count(p[predicted], predicted === labels[b]);
          for (const [j, yes] of p.entries()) {
            const isThere = (t?.data[b * p.length + j] ?? 0) >= 0.5;
            count(Math.max(yes, 1 - yes), yes > 0.5 === isThere);
          }
        });
      },
      result: () => ({ value: errorOf(confidence, right, counted.decisions) }),
      state: stateOf(counted),
    };
  },
});
