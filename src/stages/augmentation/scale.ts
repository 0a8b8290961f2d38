import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';
import { fillOption, moveWithin, moving, noMoves, shareOption } from '../../core/families/warp.js';

/**
 * Scaling: each image is made wider or narrower, and higher or lower, about its centre. Both factors are drawn from 1 - by to
 * 1 + by, each for itself, anew in each epoch.
 *
 *     x:  --[1, 2, 3, 4]----------|
 *         scale({ by: 0.5 })              where a width of 1/2 is drawn
 *     x:  --[0, 1.5, 3.5, 0]------|
 *
 * A pixel is what the image has at the place that it comes from, interpolated linearly between the four pixels around it.
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged.
 */
export const scale = augmentation({
  name: 'scale',
  summary: 'Makes each image larger or smaller at random',
  options: z.strictObject({
    by: shareOption.default(0.1).describe('The largest change of height and width, as a share of it'),
    fill: fillOption,
  }),
  example: 'scale: { by: 0.1, fill: 0 }',
  augment: ({ by, fill }, shape) => moving('scale', shape, fill, moveWithin({ ...noMoves, scale: by })),
});
