import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';
import { affineOptions, fillOption, moveWithin, moving } from '../../core/families/warp.js';

/**
 * Elastic distortion: pixels move as if the image were drawn on rubber, which is how handwriting differs from hand to hand. How
 * far each goes, across and down, is drawn from -1 to 1, smoothed by a Gaussian `sigma` pixels wide, so that neighbours move
 * together, and multiplied by `alpha`.
 *
 *     x:  --[digit]---------------------------|
 *         elastic({ sigma: 4, alpha: 34 })
 *     x:  --[digit, by another hand]----------|
 *
 * With sigma 4 and alpha 34, on MNIST, a pixel moves by 1.4 pixels each way (root mean square), less near the border. The
 * options of `affine` move the whole image in the same pass, so that it is interpolated only once.
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged. Source: Simard, Steinkraus and Platt (2003).
 */
export const elastic = augmentation({
  name: 'elastic',
  summary: 'Moves the pixels of each image at random, neighbours together',
  options: z.strictObject({
    sigma: z
      .number()
      .min(0.5)
      .max(100)
      .default(4)
      .describe('How wide the Gaussian is that smooths the moves, in pixels'),
    alpha: z.number().min(0).max(10_000).default(34).describe('What the smoothed moves are multiplied by, in pixels'),
    ...affineOptions,
    fill: fillOption,
  }),
  example: 'elastic: { sigma: 4, alpha: 34, rotate: 0, shift: 0, scale: 0, shear: 0, fill: 0 }',
  augment: ({ sigma, alpha, fill, ...moves }, shape) =>
    moving('elastic', shape, fill, moveWithin(moves), { sigma, alpha }),
});
