import { loss } from '../../core/families/loss.js';
import { pointwise } from '../../core/families/pointwise-loss.js';
import { noOptions } from '../../core/stage.js';

/**
 * Mean absolute error: loss = mean(|x - t|), over every output of every sample. A target that is far off pulls no harder
 * than one that is near, so a few wrong ones in the data do little harm.
 *
 *     batches: --x: [0.5, 0], t: [1, 0]--|
 *              meanAbsoluteError()
 *     steps:   --loss: 0.25--------------|      dx = [-½, 0]
 *
 * Backward: dx = sign(x - t) / (B C); 0 where x = t, which has no derivative.
 *
 * A section has one loss; as a metric beside another loss, it is `mean: { of: absoluteError }`.
 *
 * Shapes: x, t, dx [B, C]; the mean is over all B C numbers, as in PyTorch's `L1Loss`.
 */
export const meanAbsoluteError = loss({
  name: 'meanAbsoluteError',
  summary: 'mean(|x - t|)',
  options: noOptions,
  example: 'meanAbsoluteError',
  asMetric: 'mean: { of: absoluteError }',
  loss: () => pointwise({ loss: (x, t) => Math.abs(x - t), derivative: (x, t) => Math.sign(x - t) }),
});
