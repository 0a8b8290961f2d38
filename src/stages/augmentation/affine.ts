import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { augmentation } from '../../core/families/augmentation.js';
import { affineOptions, fillOption, moveWithin, moving } from '../../core/families/warp.js';

/**
 * An affine map: each image is scaled, sheared, rotated and shifted, by amounts that are drawn anew in each epoch. In one pass:
 * four stages one after another would blur it four times.
 *
 *     x:  --[image]--------------------|
 *         affine({ rotate: 10, shift: 2, scale: 0.1, shear: 5 })
 *     x:  --[image, a little askew]----|
 *
 * A pixel is what the image has at the place that it comes from, interpolated linearly between the four pixels around it.
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged.
 */
export const affine = augmentation({
  name: 'affine',
  summary: 'Rotates, shifts, scales and shears each image at random',
  options: z.strictObject({ ...affineOptions, fill: fillOption }),
  example: 'affine: { rotate: 10, shift: 2, scale: 0.1, shear: 5, fill: 0 }',
  augment({ fill, ...moves }, shape) {
    if (Object.values(moves).every((most) => most === 0))
      throw new PipelineError(
        'affine is told to do nothing; give some of rotate, shift, scale and shear: { rotate: 10 }',
      );
    return moving('affine', shape, fill, moveWithin(moves));
  },
});
