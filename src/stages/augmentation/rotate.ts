import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';
import { degreesOption, fillOption, moving } from '../../core/families/warp.js';

/**
 * Rotation: each image is turned about its centre, by an angle drawn from -degrees to degrees, anew in each epoch.
 *
 *     x:  --[1, 2]----------|
 *           [3, 4]
 *         rotate({ degrees: 90 })         where 90 is drawn: counter-clockwise
 *     x:  --[2, 4]----------|
 *           [1, 3]
 *
 * A pixel is what the image has at the place that it comes from, interpolated linearly between the four pixels around it.
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged.
 */
export const rotate = augmentation({
  name: 'rotate',
  summary: 'Turns each image by a random angle',
  options: z.strictObject({
    degrees: degreesOption.default(10).describe('The largest angle, to either side'),
    fill: fillOption,
  }),
  example: 'rotate: { degrees: 10, fill: 0 }',
  augment: ({ degrees, fill }, shape) =>
    moving('rotate', shape, fill, (random) => ({ rotate: random.between(-degrees, degrees) })),
});
