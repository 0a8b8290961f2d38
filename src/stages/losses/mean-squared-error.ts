import { loss } from '../../core/families/loss.js';
import { noOptions } from '../../core/stage.js';

/**
 * Mean squared error: loss = mean((x - t)²), over every output of every sample.
 *
 *     batches: --x: [0.5, 0], t: [1, 0]--|
 *              meanSquaredError()
 *     steps:   --loss: 0.125-------------|      dx = [-0.5, 0]
 *
 * Backward: dx = 2 (x - t) / (B C).
 *
 * Targets are real numbers (regression), or one-hot.
 *
 * Shapes: x, t, dx [B, C], where C is how many numbers a sample has to be told. The mean is over all B C numbers, as in frameworks; the notebook's `mean_squared_error` is
 * half the sum over C.
 */
export const meanSquaredError = loss({
  name: 'meanSquaredError',
  summary: 'mean((x - t)²)',
  options: noOptions,
  example: 'meanSquaredError',
  loss: (kernels) => (dx, x, t) => kernels.meanSquaredError(dx, x, t),
});
