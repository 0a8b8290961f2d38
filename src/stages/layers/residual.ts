import * as z from 'zod';
import { blockOf, nested } from '../../core/families/block.js';
import { requireSum } from '../../core/families/residual-sum.js';
import { rowBuffer } from '../../core/kernels/row-buffer.js';
import { stageList } from '../../core/stage-list.js';
import type { Tensor } from '../../core/tensor.js';
import { trustedStage } from '../../core/trusted-stage.js';

/**
 * Residual block: y = s(x) + f(x), where f are the stages inside, and s those of the shortcut, or x itself without any. They
 * learn what to add to x rather than all of y, and the gradient reaches the layers before also on a way that no weight makes
 * smaller; so much deeper networks learn.
 *
 *     x:  --[1, -2]--|
 *         residual({ stages: [relu()] })     f(x) = [1, 0]
 *     y:  --[2, -2]--|
 *
 * Backward: dx = the gradient that the stages inside give for dy + that which the shortcut gives for it, or dy.
 *
 * Shapes: any; the stages inside must give what the shortcut gives, without one the shape of x. A convolution of 1 x 1 with
 * their stride and their filters is a shortcut to another shape. Source: He et al. (2015), "Deep residual learning for image
 * recognition".
 */
export const residual = trustedStage({
  name: 'residual',
  family: 'layers',
  from: 'batch',
  to: 'batch',
  summary: 'y = x + f(x): what the stages inside give is added to what they get',
  options: z.strictObject({
    stages: stageList().describe('f, from input to output; a list in the place of the options is this one'),
    shortcut: stageList().optional().describe('s, where y is to have another shape than x; x itself if left out'),
  }),
  example:
    'residual:\n  stages:\n    - conv2d: { filters: 8, padding: same, stride: 2 }\n    - batchNorm\n    - relu\n' +
    '  shortcut:\n    - conv2d: { filters: 8, kernel: 1, stride: 2 }',
  gives: 'logits',
  onnx(graph, x, { stages, shortcut }) {
    const fx = graph.stages(stages, x);
    return graph.add('Add', [shortcut ? graph.stages(shortcut, x) : x, fx]);
  },
  build({ stages, shortcut }, input, context) {
    const { kernels } = context;
    const { size, shape } = input;
    const f = nested(stages, input, context);
    const s = shortcut && nested(shortcut, input, context);
    requireSum(f.output.shape, shape, s?.output.shape);
    const output = f.output.shape;
    const outputs = rowBuffer(kernels, size, output);
    const gradients = rowBuffer(kernels, size, shape);
    let given: Tensor;
    let skipped: Tensor; // s(x)
    let dOther: Tensor; // on the way back, what comes by the other way
    const turn = {
      output: shape,
      forward(sx: Tensor) {
        skipped = sx;
        const pullback = (dInside: Tensor) => {
          const dy = dOther;
          dOther = dInside;
          return dy;
        };
        return [given, pullback] as const;
      },
    };
    return blockOf(
      {
        opening: {
          output: shape,
          forward(x) {
            given = x;
            skipped = x;
            return [
              x,
              (dInside, needed) => {
                if (!needed) return undefined;
                const dx = gradients(dInside.shape[0]);
                kernels.add(dx, dOther, dInside);
                return dx;
              },
            ];
          },
        },
        inside: s ? [s, turn, f] : [f],
        closing: {
          output,
          forward(fx) {
            const y = outputs(fx.shape[0]);
            kernels.add(y, skipped, fx);
            return [y, (dy) => (dOther = dy)];
          },
        },
      },
      input,
      context,
    );
  },
});
