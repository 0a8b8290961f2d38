import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';
import type { CounterRandom } from '../../core/random/counter-random.js';

/**
 * Mixup: each sample becomes a mixture of itself and a sample of its batch, now and then itself, and so does what it should be told
 * from: the network learns to change its mind gradually from one class to another.
 *
 *     x:  --[1, 0] [0, 1]--------------------|
 *     t:  --[1, 0] [0, 1]--------------------|
 *         mixup({ alpha: 0.2 })              where shares of 0.9 and 0.7 are drawn
 *     x:  --[0.9, 0.1] [0.3, 0.7]------------|
 *     t:  --[0.9, 0.1] [0.3, 0.7]------------|
 *
 * A sample's share of itself, λ, is drawn from the distribution Beta(alpha, alpha) anew in each epoch; it is at least a half, so
 * that a sample keeps its label: of two samples, it does not matter which one is called the other. The mixture's sample weight is
 * that of the sample.
 *
 * Shapes: x [B, ...] and t [B, C] or [B, m], unchanged. Source: Zhang, Cisse, Dauphin and Lopez-Paz (2017).
 */
export const mixup = augmentation({
  name: 'mixup',
  summary: 'Mixes each sample with one of its batch, and their classes',
  options: z.strictObject({
    alpha: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.2)
      .describe('0.01: hardly any mixture; 1: shares of all sizes are alike'),
  }),
  example: 'mixup: { alpha: 0.2 }',
  augment: ({ alpha }) => ({
    distortion: { kind: 'mix' },
    draw(random, B) {
      const share = beta(alpha, random);
      return [random.below(B), Math.max(share, 1 - share)];
    },
  }),
});

/** A draw from Beta(alpha, alpha), alpha at most 1. Source: Jöhnk (1964). */
function beta(alpha: number, random: CounterRandom): number {
  for (;;) {
    const u = random.uniform() ** (1 / alpha);
    const v = random.uniform() ** (1 / alpha);
    if (u + v > 0 && u + v <= 1) return u / (u + v);
  }
}
