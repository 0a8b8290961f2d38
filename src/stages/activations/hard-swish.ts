import { activation } from '../../core/families/network.js';

/**
 * Hard swish: y = x min(max(x + 3, 0), 6) / 6, swish in straight lines and a parabola: no exponential.
 *
 *     x:  --[-4, -1    , 1    , 4]--|
 *         hardSwish()
 *     y:  --[ 0, -0.333, 0.667, 4]--|
 *
 * Backward: dx = dy (2 x + 3) / 6 between -3 and 3, 0 below, dy above.
 *
 * Shapes: any, unchanged. Source: Howard et al. (2019), MobileNetV3.
 */
export const hardSwish = activation({
  name: 'hardSwish',
  summary: 'y = x min(max(x + 3, 0), 6) / 6',
  formula: () => ({
    value: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    derivative(x) {
      if (x <= -3) return 0;
      return x >= 3 ? 1 : (2 * x + 3) / 6;
    },
    kernel: 'hardSwish',
  }),
  onnx: (graph, x) => graph.add('HardSwish', x),
});
