import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';

/**
 * Noise: a Gaussian of mean 0 is added to every number, drawn anew in each epoch.
 *
 *     x:  --[0, 0.5, 1]----------------|
 *         noise({ std: 0.1 })
 *     x:  --[0.08, 0.47, 1.12]---------|
 *
 * Shapes: any, unchanged; std in units of x, as the network is given it.
 */
export const noise = augmentation({
  name: 'noise',
  summary: 'Adds Gaussian noise to every number',
  options: z.strictObject({
    std: z.number().min(0).max(1000).default(0.1).describe('The standard deviation of the noise'),
  }),
  example: 'noise: { std: 0.1 }',
  augment: ({ std }) => ({ distortion: { kind: 'noise', std }, draw: (random) => [random.newKey()] }),
});
