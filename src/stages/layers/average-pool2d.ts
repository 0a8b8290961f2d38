import { pool } from '../../core/families/pool.js';

/**
 * Average pooling: of each window of pixels the mean, channel by channel.
 *
 *     x:  --[[1, 2], [3, 6]]--|
 *         averagePool2d({ size: 2 })
 *     y:  --[[3]]-------------|
 *
 * Backward: every pixel of a window of n gets dy / n. Padding is no pixel: it adds nothing, and is not counted.
 *
 * Shapes: x [B, H, W, C], or [B, H, W] for one channel -> y [B, OH, OW, C], where OH = ⌊(H + padding - size) / stride⌋ + 1.
 */
export const averagePool2d = pool({
  name: 'averagePool2d',
  summary: 'Of each window of pixels the mean, channel by channel',
  onnx: 'AveragePool',
  kernel: (kernels, shape, B) => kernels.averagePool(shape, B),
});
