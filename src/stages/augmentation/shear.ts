import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';
import { degreesOption, fillOption, moving } from '../../core/families/warp.js';

/**
 * Shear: each image is slanted, as italics are: rows move to either side, the further from the middle, the further. The angle is
 * drawn from -degrees to degrees, anew in each epoch.
 *
 *     x:  --[0, 1, 0]----------|
 *           [0, 2, 0]
 *           [0, 3, 0]
 *         shear({ degrees: 45 })          where 45 is drawn
 *     x:  --[1, 0, 0]----------|
 *           [0, 2, 0]
 *           [0, 0, 3]
 *
 * A pixel is what the image has at the place that it comes from, interpolated linearly between the four pixels around it.
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged.
 */
export const shear = augmentation({
  name: 'shear',
  summary: 'Slants each image by a random angle',
  options: z.strictObject({
    degrees: degreesOption.max(80).default(10).describe('The largest angle, to either side'),
    fill: fillOption,
  }),
  example: 'shear: { degrees: 10, fill: 0 }',
  augment: ({ degrees, fill }, shape) =>
    moving('shear', shape, fill, (random) => ({ shear: random.between(-degrees, degrees) })),
});
