import { pool } from '../../core/families/pool.js';

/**
 * Max pooling: of each window of pixels the largest, channel by channel. A feature counts wherever in the window it is, and
 * the image becomes smaller.
 *
 *     x:  --[24, 24, 30]--|
 *         maxPool2d({ size: 2 })
 *     y:  --[12, 12, 30]--|
 *
 * Backward: dy goes to the pixel that was the largest, the first of equal ones; the others get 0.
 *
 * Shapes: x [B, H, W, C], or [B, H, W] for one channel -> y [B, OH, OW, C], where OH = ⌊(H + padding - size) / stride⌋ + 1.
 */
export const maxPool2d = pool({
  name: 'maxPool2d',
  summary: 'Of each window of pixels the largest, channel by channel',
  onnx: 'MaxPool',
  kernel: (kernels, shape, B) => kernels.maxPool(shape, B),
});
