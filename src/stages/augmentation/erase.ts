import * as z from 'zod';
import { augmentation } from '../../core/families/augmentation.js';
import { imageOf } from '../../core/families/image-windows.js';

/**
 * Random erasing: in some of the images, a rectangle is blanked, so that the network does not rely on one part alone. Whether,
 * how large and where is drawn anew in each epoch.
 *
 *     x:  --[1, 2, 3]----------|
 *           [4, 5, 6]
 *         erase({ probability: 1, area: [0.3, 0.4] })
 *     x:  --[1, 0, 3]----------|
 *           [4, 0, 6]
 *
 * Shapes: [B, H, W] or [B, H, W, C], unchanged. Source: Zhong, Zheng, Kang, Li and Yang (2017).
 */
export const erase = augmentation({
  name: 'erase',
  summary: 'Blanks a random rectangle of some of the images',
  options: z.strictObject({
    probability: z.number().min(0).max(1).default(0.5).describe('Of each image to lose a rectangle'),
    area: z
      .tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)])
      .refine(([least, most]) => least <= most, 'the smaller share first')
      .default([0.02, 0.2])
      .describe('The smallest and the largest rectangle, as shares of the image'),
    aspect: z
      .number()
      .min(1)
      .max(100)
      .default(3)
      .describe('The longest rectangle: how many times as long as it is wide'),
    value: z.number().default(0).describe('What it is filled with'),
  }),
  example: 'erase: { probability: 0.5, area: [0.02, 0.2], aspect: 3, value: 0 }',
  augment({ probability, area: [least, most], aspect, value }, shape) {
    const image = imageOf('erase', shape);
    const [H, W] = image;
    return {
      distortion: { kind: 'erase', image, value },
      draw(random) {
        if (random.uniform() >= probability) return [0, 0, 0, 0];
        const area = random.between(least, most) * H * W;
        const ratio = aspect ** random.between(-1, 1); // as often high as it is wide
        const height = Math.min(H, Math.max(1, Math.round(Math.sqrt(area * ratio))));
        const width = Math.min(W, Math.max(1, Math.round(Math.sqrt(area / ratio))));
        return [random.below(H - height + 1), random.below(W - width + 1), height, width];
      },
    };
  },
});
