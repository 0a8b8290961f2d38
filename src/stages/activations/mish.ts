import { activation } from '../../core/families/network.js';

/**
 * Mish: y = x tanh(log(1 + exp(x))). Smooth everywhere, and a little below 0 for a while where relu is 0 at once.
 *
 *     x:  --[-2    , 0, 2   ]--|
 *         mish()
 *     y:  --[-0.253, 0, 1.94]--|
 *
 * Backward: dx = dy (t + x (1 - t²) σ(x)), where t = tanh(log(1 + exp(x))) and σ(x) = 1 / (1 + exp(-x)).
 *
 * Shapes: any, unchanged. Source: Misra (2019).
 */
export const mish = activation({
  name: 'mish',
  summary: 'y = x tanh(log(1 + exp(x)))',
  formula: () => ({
    value: (x) => x * Math.tanh(softplus(x)),
    derivative(x) {
      const t = Math.tanh(softplus(x));
      return t + (x * (1 - t * t)) / (1 + Math.exp(-x));
    },
    kernel: 'mish',
  }),
  onnx: (graph, x) => graph.add('Mul', [x, graph.add('Tanh', graph.add('Softplus', x))]),
});

const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
