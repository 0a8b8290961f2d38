import * as z from 'zod';
import { metric } from '../../core/families/metric.js';
import { stateOf } from '../../core/state.js';

/**
 * Top-k accuracy: the share of samples whose true class is among the k largest outputs. For many classes that are hard to
 * tell apart, where the second guess is worth something, too.
 *
 *     steps:   --x: [.5, .3, .2], label 1--x: [.6, .3, .1], label 2--|
 *              topK({ k: 2 })
 *     metrics: ------------------------------------------------------(½|)
 *
 * Of equal outputs, the first ones count as larger. It is called `top2`, `top5` in reports.
 *
 * Source: `top_k_accuracy_score` of scikit-learn.
 */
export const topK = metric({
  name: 'topK',
  summary: 'Share of samples whose true class is among the k largest outputs',
  options: z.strictObject({
    k: z.int().min(1).default(5).describe('How many guesses count'),
  }),
  example: 'topK: { k: 5 }',
  needs: 'classes',
  higherIsBetter: true,
  metricName: ({ k }) => `top${k}`,
  start({ k }) {
    const counts = { right: 0, all: 0 };
    return {
      add({ x, labels }) {
        const classes = x.shape[1];
        labels?.forEach((label, b) => {
          const row = x.data.subarray(b * classes, (b + 1) * classes);
          const ahead = row.filter((output, c) => output > row[label] || (output === row[label] && c < label));
          counts.all++;
          if (ahead.length < k) counts.right++;
        });
      },
      result: () => ({ value: counts.right / counts.all }),
      state: stateOf(counts),
    };
  },
});
