import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { augmentation } from '../../core/families/augmentation.js';
import { imageOf } from '../../core/families/image-windows.js';
import { fillOption, moving } from '../../core/families/warp.js';

/**
 * Shift: each image is moved by whole pixels, from -pixels to pixels to the right and down, drawn anew in each epoch.
 *
 *     x:  --[1, 2, 3]----------|
 *           [4, 5, 6]
 *         shift({ pixels: 1 })            where 1 to the right and 0 down are drawn
 *     x:  --[0, 1, 2]----------|
 *           [0, 4, 5]
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged. No pixel is interpolated; `affine` shifts by parts of pixels.
 */
export const shift = augmentation({
  name: 'shift',
  summary: 'Moves each image by a few random pixels',
  options: z.strictObject({
    pixels: z.int().min(0).max(1000).default(2).describe('The furthest, each way'),
    fill: fillOption,
  }),
  example: 'shift: { pixels: 2, fill: 0 }',
  augment({ pixels, fill }, shape) {
    const [height, width] = imageOf('shift', shape);
    if (pixels > Math.min(height, width))
      throw new PipelineError(
        `shift by up to ${pixels} pixels goes past images of ${height} by ${width}; make it less`,
      );
    const whole = (below: number) => below - pixels;
    return moving('shift', shape, fill, (random) => ({
      shift: [whole(random.below(2 * pixels + 1)), whole(random.below(2 * pixels + 1))],
    }));
  },
});
