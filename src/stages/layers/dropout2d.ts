import * as z from 'zod';
import { droppingLayer } from '../../core/families/dropping.js';
import { imageOf } from '../../core/families/image-windows.js';
import { networkStage } from '../../core/families/network.js';

/**
 * Dropout of whole channels: in training, every channel of every image is 0 with probability `rate`, anew for each batch, and
 * what is left is scaled by 1 / (1 - rate). Neighbouring pixels of a channel say nearly the same, so that to drop single ones
 * would take little away.
 *
 *     x:  --[28, 28, 4]--|
 *         dropout2d({ rate: 0.5 })
 *     y:  --[28, 28, 4]--|       in train, two channels of four being 0, more or less
 *
 * Backward: dx = dy / (1 - rate) where a channel was left, else 0.
 *
 * Shapes: x [B, H, W, C], unchanged. Source: Tompson et al. (2015), "spatial dropout".
 */
export const dropout2d = networkStage({
  name: 'dropout2d',
  summary: 'Some channels become 0 in training, at random',
  options: z.strictObject({
    rate: z.number().min(0).lt(1).default(0.5).describe('The probability of each channel to become 0'),
  }),
  example: 'dropout2d: { rate: 0.5 }',
  onnx: (_, x) => x,
  build({ rate }, input, context) {
    const [H, W, C] = imageOf('dropout2d', input.shape);
    const channels = new Float64Array(C);
    return droppingLayer(input, context, (mask, rows) => {
      for (let image = 0; image < rows; image++) {
        for (let c = 0; c < C; c++) channels[c] = context.random.uniform() < rate ? 0 : 1 / (1 - rate);
        for (let pixel = image * H * W; pixel < (image + 1) * H * W; pixel++) mask.set(channels, pixel * C);
      }
    });
  },
});
