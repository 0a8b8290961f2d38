import type { LossFunction } from './weighted-loss.js';

/** A loss of each number alone, and its derivative by x. */
export interface PointLoss {
  loss(x: number, t: number): number;
  derivative(x: number, t: number): number;
}

/** The mean of a loss of each number alone, over all B C numbers of a batch. */
export const pointwise =
  (of: PointLoss): LossFunction =>
  (dx, x, t) => {
    const count = x.data.length;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += of.loss(x.data[i], t.data[i]);
      dx.data[i] = of.derivative(x.data[i], t.data[i]) / count;
    }
    return sum / count;
  };
