import { loss, noOptions } from 'marblenet';

/**
 * Hinge: loss = mean over B of Σ max(0, 1 - s x), where s is 1 for the true class and -1 for the others. What is right
 * by 1 and more costs nothing. Backward: dx = -s / B where s x < 1, else 0.
 *
 * Shapes: x, t, dx [B, C], t one-hot.
 */
export const hinge = loss({
  name: 'hinge',
  summary: 'mean(Σ max(0, 1 - s x)), s = 1 for the true class, else -1',
  options: noOptions,
  example: 'hinge',
  expects: 'logits',
  needs: 'classes',
  loss: () => (dx, x, t) => {
    const [B] = x.shape;
    let sum = 0;
    for (let i = 0; i < x.data.length; i++) {
      const s = 2 * t.data[i] - 1;
      const margin = 1 - s * x.data[i];
      sum += Math.max(0, margin);
      dx.data[i] = margin > 0 ? -s / B : 0;
    }
    return sum / B;
  },
});
