import { PipelineError } from '../../core/errors.js';
import { networkStage } from '../../core/families/network.js';
import { rowBuffer } from '../../core/kernels/row-buffer.js';
import { noOptions } from '../../core/stage.js';
import { formatShape } from '../../core/tensor.js';

/**
 * Softmax: y_i = exp(x_i) / Σ_j exp(x_j), row by row. Scores become probabilities: positive, with the sum 1.
 *
 *     x:  --[0, 0]--[0   , 1   ]--|
 *         softmax()
 *     y:  --[½, ½]--[0.27, 0.73]--|
 *
 * Backward: dx_i = y_i (dy_i - Σ_j dy_j y_j): each output depends on every input of its row.
 *
 * As the last layer it goes with `crossEntropy` or `meanSquaredError`. `softmaxCrossEntropy` has its own softmax inside,
 * cheaper and more exact.
 *
 * Shapes: x [B, C] -> y [B, C]; samples of another number of axes are refused. Source: the notebook's `softmax`; the row's maximum is taken off first, so that no
 * exponential overflows.
 */
export const softmax = networkStage({
  name: 'softmax',
  summary: 'y_i = exp(x_i) / Σ_j exp(x_j), row by row',
  family: 'activations',
  options: noOptions,
  example: 'softmax',
  gives: 'probabilities',
  onnx: (graph, x) => graph.add('Softmax', x, { axis: -1n }),
  build(_, { size, shape }, { kernels }) {
    if (shape.length !== 1) {
      throw new PipelineError(
        `softmax takes scores in one row a sample, but gets the shape ${formatShape(shape)}; put a dense layer before it`,
      );
    }
    const outputs = rowBuffer(kernels, size, shape);
    const gradients = rowBuffer(kernels, size, shape);
    return {
      output: shape,
      forward(x) {
        const y = outputs(x.shape[0]);
        kernels.softmax(y, x);
        return [
          y,
          (dy) => {
            const dx = gradients(x.shape[0]);
            kernels.softmaxBackward(dx, dy, y);
            return dx;
          },
        ];
      },
    };
  },
});
