import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';
import { moving } from '../../core/families/warp.js';

/**
 * Flip: some of the images become their mirror images, drawn anew in each epoch. For pictures of things, of which there are as
 * many that look to the left as to the right; not for digits.
 *
 *     x:  --[1, 2, 3]----------|
 *           [4, 5, 6]
 *         flip({ axis: 'horizontal', probability: 1 })
 *     x:  --[3, 2, 1]----------|
 *           [6, 5, 4]
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged.
 */
export const flip = augmentation({
  name: 'flip',
  summary: 'Mirrors some of the images',
  options: z.strictObject({
    axis: z
      .enum(['horizontal', 'vertical'])
      .default('horizontal')
      .describe('horizontal: left becomes right; vertical: top becomes bottom'),
    probability: z.number().min(0).max(1).default(0.5).describe('Of each image to be mirrored'),
  }),
  example: 'flip: { axis: horizontal, probability: 0.5 }',
  augment({ axis, probability }, shape) {
    const mirrored = axis === 'horizontal' ? ([-1, 1] as const) : ([1, -1] as const);
    return moving('flip', shape, 0, (random) => (random.uniform() < probability ? { scale: mirrored } : {}));
  },
});
