import { activation } from '../../core/families/network.js';

/**
 * Hyperbolic tangent: y = tanh(x), between -1 and 1. A sigmoid stretched to be symmetric around 0.
 *
 *     x:  --[0, 1   ]--|
 *         tanh()
 *     y:  --[0, 0.76]--|
 *
 * Backward: dx = dy (1 - y²).
 *
 * Shapes: any, unchanged.
 */
export const tanh = activation({
  name: 'tanh',
  summary: 'y = tanh(x)',
  formula: () => ({
    value: Math.tanh,
    derivative: (_, y) => 1 - y * y,
    kernel: 'tanh',
  }),
  onnx: (graph, x) => graph.add('Tanh', x),
});
