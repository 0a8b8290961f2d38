import { activation } from '../../core/families/network.js';

/**
 * Logistic sigmoid: y = 1 / (1 + exp(-x)). It squeezes any number into (0, 1).
 *
 *     x:  --[0, 2   ]--|
 *         sigmoid()
 *     y:  --[½, 0.88]--|
 *
 * Backward: dx = dy y (1 - y). The slope is at most ¼ and vanishes at both ends, which is why a sigmoid network learns
 * more slowly than a relu network at the same rate.
 *
 * Shapes: any, unchanged. Source: the notebook's `sigmoid` and `sigmoid_grad`.
 */
export const sigmoid = activation({
  name: 'sigmoid',
  summary: 'y = 1 / (1 + exp(-x))',
  formula: () => ({
    value: (x) => 1 / (1 + Math.exp(-x)),
    derivative: (_, y) => y * (1 - y),
    kernel: 'sigmoid',
  }),
  onnx: (graph, x) => graph.add('Sigmoid', x),
});
