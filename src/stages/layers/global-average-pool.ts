import { bufferedLayer } from '../../core/families/buffered-layer.js';
import { imageOf } from '../../core/families/image-windows.js';
import { networkStage } from '../../core/families/network.js';
import { noOptions } from '../../core/stage.js';

/**
 * Global average pooling: the mean of each channel, wherever in the image. What is left says what is there, not where, and
 * a dense layer behind it needs no more weights for a larger image.
 *
 *     x:  --[7, 7, 64]--|
 *         globalAveragePool()
 *     y:  --[64]--------|
 *
 * Backward: every pixel of a channel gets dy / (H W).
 *
 * Shapes: x [B, H, W, C], or [B, H, W] for one channel -> y [B, C]. Source: Lin et al. (2013), "Network in network".
 */
export const globalAveragePool = networkStage({
  name: 'globalAveragePool',
  summary: 'The mean of each channel over all of the image',
  options: noOptions,
  example: 'globalAveragePool',
  onnx: (graph, x) => graph.flat(graph.add('GlobalAveragePool', graph.channelsFirst(x))),
  pytorch: { flatten: 'behind' },
  build(_, { size, shape }, { kernels }) {
    const image = imageOf('globalAveragePool', shape);
    const [H, W, C] = image;
    const pooling = kernels.averagePool(
      { image, window: [H, W], stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] },
      size,
    );
    return bufferedLayer(kernels, size, shape, [C], pooling);
  },
});
