import * as z from 'zod';
import { bufferedLayer } from '../../core/families/buffered-layer.js';
import { networkStage } from '../../core/families/network.js';
import { parameterOf } from '../../core/families/parameter.js';
import { tensorsOf } from '../../core/onnx-rule.js';

/**
 * Parametric relu: y = x where x is positive, a x where it is not, and every column, or channel, learns its own a.
 *
 *     x:  --[-1, 2]-----|
 *         prelu()                a = [0.25, 0.25]
 *     y:  --[-0.25, 2]--|
 *
 * Backward: dx = dy where x is positive, else a dy; da = Σ dy x over the numbers of the column that are not positive.
 *
 * Shapes: x [B, ..., C], unchanged; a [C]. Weight decay leaves a alone: it would pull to relu. Source: He et al. (2015).
 */
export const prelu = networkStage({
  name: 'prelu',
  family: 'activations',
  summary: 'y = x where it is positive, else a x, with an a for each column to learn',
  options: z.strictObject({
    initial: z.number().default(0.25).describe('What every a is at first'),
  }),
  example: 'prelu: { initial: 0.25 }',
  onnx: (graph, x) => graph.add('PRelu', [x, ...tensorsOf(graph, 'a')]),
  pytorch: { tensors: { a: { name: 'weight', along: 'columns' } } },
  build({ initial }, { size, shape }, { kernels }) {
    const C = shape[shape.length - 1] ?? 1;
    const a = parameterOf(kernels, 'a', [C], { undecayed: true });
    kernels.fill(a.value, () => initial);
    const layer = bufferedLayer(kernels, size, shape, shape, {
      forward(y, x) {
        const [from, to, slopes] = [x.data, y.data, a.value.data];
        for (let i = 0; i < from.length; i++) to[i] = from[i] > 0 ? from[i] : slopes[i % C] * from[i];
      },
      backward(dx, dy, x) {
        const [from, back, down, slopes, sums] = [x.data, dy.data, dx.data, a.value.data, a.gradient.data];
        sums.fill(0);
        for (let i = 0; i < from.length; i++) {
          const isPositive = from[i] > 0;
          down[i] = isPositive ? back[i] : slopes[i % C] * back[i];
          if (!isPositive) sums[i % C] += back[i] * from[i];
        }
      },
    });
    return { ...layer, parameters: [a] };
  },
});
