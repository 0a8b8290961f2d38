import { activation } from '../../core/families/network.js';

/**
 * Identity: y = x. Swap it for an activation to see that a network without one, however deep, is a single straight map.
 *
 *     x:  --[-1, 2]--|
 *         identity()
 *     y:  --[-1, 2]--|
 *
 * Backward: dx = dy.
 *
 * Shapes: any, unchanged.
 */
export const identity = activation({
  name: 'identity',
  summary: 'y = x',
  formula: () => ({
    value: (x) => x,
    derivative: () => 1,
    kernel: 'identity',
  }),
  onnx: (_, x) => x,
});
