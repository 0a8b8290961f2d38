import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { blockOf, nested } from '../../core/families/block.js';
import { rowBuffer } from '../../core/kernels/row-buffer.js';
import { stageList } from '../../core/stage-list.js';
import { formatShape, sameShape, type Tensor } from '../../core/tensor.js';
import { trustedStage } from '../../core/trusted-stage.js';

/**
 * Residual block: y = x + f(x), where f are the stages inside. They learn what to add to x rather than all of y, and the
 * gradient reaches the layers before also on a way that no weight makes smaller; so much deeper networks learn.
 *
 *     x:  --[1, -2]--|
 *         residual({ stages: [relu()] })     f(x) = [1, 0]
 *     y:  --[2, -2]--|
 *
 * Backward: dx = dy + the gradient that the stages inside give for dy.
 *
 * Shapes: any, unchanged; the stages inside must give the shape of x. Source: He et al. (2015), "Deep residual learning for
 * image recognition".
 */
export const residual = trustedStage({
  name: 'residual',
  family: 'layers',
  from: 'batch',
  to: 'batch',
  summary: 'y = x + f(x): what the stages inside give is added to what they get',
  options: z.strictObject({
    stages: stageList().describe('f, from input to output; a list in the place of the options is this one'),
  }),
  example: 'residual:\n  - conv2d: { filters: 8, padding: same }\n  - batchNorm\n  - relu',
  gives: 'logits',
  onnx: (graph, x, { stages }) => graph.add('Add', [x, graph.stages(stages, x)]),
  build({ stages }, input, context) {
    const { kernels } = context;
    const { size, shape } = input;
    const f = nested(stages, input, context);
    if (!sameShape(f.output.shape, shape)) {
      const [given, wanted] = [f.output.shape, shape].map(formatShape);
      const hint = shape.length === 1 ? `end it with dense: { units: ${shape[0]} }` : HINT;
      throw new PipelineError(`residual: f(x) is ${given}, but is added to x, which is ${wanted}; ${hint}`);
    }
    const outputs = rowBuffer(kernels, size, shape);
    const gradients = rowBuffer(kernels, size, shape);
    let skipped: Tensor;
    let dSkipped: Tensor;
    return blockOf(
      {
        opening: {
          forward(x) {
            skipped = x;
            return [
              x,
              (dInside, needed) => {
                if (!needed) return undefined;
                const dx = gradients(dInside.shape[0]);
                kernels.add(dx, dSkipped, dInside);
                return dx;
              },
            ];
          },
        },
        stages: f,
        closing: {
          forward(fx) {
            const y = outputs(fx.shape[0]);
            kernels.add(y, skipped, fx);
            return [y, (dy) => (dSkipped = dy)];
          },
        },
      },
      input,
      context,
    );
  },
});

const HINT = 'convolutions inside keep it with padding: same, stride: 1, and as many filters at the end as channels';
