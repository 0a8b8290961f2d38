import { activation } from '../../core/families/network.js';

/**
 * Swish, or SiLU: y = x σ(x), where σ(x) = 1 / (1 + exp(-x)). A relu without a corner, that dips a little below 0 first.
 *
 *     x:  --[-2    , 0, 2   ]--|
 *         swish()
 *     y:  --[-0.238, 0, 1.76]--|
 *
 * Backward: dx = dy σ(x) (1 + x (1 - σ(x))).
 *
 * Shapes: any, unchanged. Source: Ramachandran, Zoph and Le (2017).
 */
export const swish = activation({
  name: 'swish',
  summary: 'y = x / (1 + exp(-x))',
  formula: () => ({
    value: (x) => x * sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    kernel: 'swish',
  }),
  onnx: (graph, x) => graph.add('Mul', [x, graph.add('Sigmoid', x)]),
});

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
