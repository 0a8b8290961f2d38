import { metric } from '../../core/families/metric.js';
import { seeTargets, sumOf } from '../../core/families/predictions.js';
import { noOptions } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';
import { zeros } from '../../core/tensor.js';

/**
 * R², the coefficient of determination: the share of the targets' variance that the network explains. 1 for a network that
 * is always right, 0 for one that always says the mean of the targets, and below that for a worse one.
 *
 *     steps:   --x: [1], t: [1]--x: [2], t: [3]--|
 *              r2()
 *     metrics: ----------------------------------(½|)      1 - (0 + 1) / (1 + 1)
 *
 * r2 = 1 - Σ(x - t)² / Σ(t - mean(t))². Of several targets, it is the mean of theirs. A target that is the same everywhere
 * has 1 where the network says it, and 0 otherwise.
 *
 * Source: `r2_score` of scikit-learn.
 */
export const r2 = metric({
  name: 'r2',
  summary: 'Share of the variance of the targets that is explained',
  options: noOptions,
  example: 'r2',
  needs: 'targets',
  higherIsBetter: true,
  start(_, { shape: [columns] }) {
    // the variance as it comes in (Welford 1962): sums of squares would cancel where the mean is large
    const counted = { sums: zeros([3, columns], 'float64'), count: 0 };
    const [mean, spread, errors] = [0, 1, 2].map((row) =>
      counted.sums.data.subarray(row * columns, (row + 1) * columns),
    );
    return {
      add: (step) =>
        seeTargets(step, (said, target, column) => {
          if (column === 0) counted.count++;
          const before = target - mean[column];
          mean[column] += before / counted.count;
          spread[column] += before * (target - mean[column]);
          errors[column] += (said - target) ** 2;
        }),
      result: () => ({ value: sumOf(errors.map((error, j) => explained(error, spread[j]))) / columns }),
      state: stateOf(counted),
    };
  },
});

const explained = (error: number, spread: number): number => {
  if (spread > 0) return 1 - error / spread;
  return error === 0 ? 1 : 0;
};
