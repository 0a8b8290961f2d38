import { networkStage } from '../../core/families/network.js';
import { noOptions } from '../../core/stage.js';
import { inShape, sizeOf, type Tensor } from '../../core/tensor.js';

/**
 * Flatten: a sample of several axes as one row of numbers, row after row. `dense` reads a sample of any shape so; flatten
 * says it where a reader should see it.
 *
 *     x:  --[28, 28]--|
 *         flatten()
 *     y:  --[784]-----|
 *
 * Backward: dx = dy in the shape of x.
 *
 * Shapes: x [B, ...] -> y [B, D], D being the product of the axes. No number is copied.
 */
export const flatten = networkStage({
  name: 'flatten',
  summary: 'A sample of several axes as one row of numbers',
  options: noOptions,
  example: 'flatten',
  onnx: (graph, x) => graph.flat(x),
  pytorch: { flatten: 'itself' },
  build(_, { shape }) {
    const D = sizeOf(shape);
    let [from, y]: Tensor[] = [];
    return {
      output: [D],
      forward(x) {
        if (x !== from) {
          from = x;
          y = inShape(x, [x.shape[0], D]);
        }
        return [y, (dy) => inShape(dy, x.shape)];
      },
    };
  },
});
