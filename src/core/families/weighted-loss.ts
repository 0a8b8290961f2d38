/** A loss in which samples count differently. */
import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Spec } from '../kinds.js';
import type { Tensor } from '../tensor.js';

/** The mean loss of a batch; writes its gradient by x into dx. */
export type LossFunction = (dx: Tensor, x: Tensor, t: Tensor) => number;

/**
 * loss = Σ w l / Σ w, where l is the loss of a sample alone, so that weights which are all the same change nothing; 0 where
 * no sample of the batch counts. Any loss that is a mean over samples can be weighted so.
 *
 * Source: PyTorch's `weight` of its losses, scikit-learn's `sample_weight`.
 */
export function weightedLoss(
  lossOf: LossFunction,
  kernels: Kernels,
  { shape, classes, targets }: Spec<'batch'>,
): (dx: Tensor, x: Tensor, t: Tensor, weights: Float64Array) => number {
  const [x1, dx1] = [rowBuffer(kernels, 1, shape)(1), rowBuffer(kernels, 1, shape)(1)];
  const t1 = rowBuffer(kernels, 1, [classes ?? targets ?? 0])(1);
  const [width, truths] = [x1.data.length, t1.data.length];

  return (dx, x, t, weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let loss = 0;
    dx.data.fill(0);
    for (const [b, weight] of weights.entries()) {
      if (weight === 0) continue;
      x1.data.set(x.data.subarray(b * width, (b + 1) * width));
      t1.data.set(t.data.subarray(b * truths, (b + 1) * truths));
      const share = weight / total;
      loss += share * lossOf(dx1, x1, t1);
      for (let j = 0; j < width; j++) dx.data[b * width + j] = share * dx1.data[j];
    }
    return loss;
  };
}
