import { activation } from '../../core/families/network.js';

/**
 * Rectified linear unit: y = max(0, x). It passes what is positive and blocks the rest, so that two dense layers with
 * one between them can do more than one dense layer could.
 *
 *     x:  --[-1, 2]--[3, -4]--|
 *         relu()
 *     y:  --[ 0, 2]--[3,  0]--|
 *
 * Backward: dx = dy where x > 0, else 0. At the corner, x = 0, the slope is taken as 0.
 *
 * Shapes: any, unchanged. Source: the notebook's `relu` and `relu_grad`; Nair and Hinton (2010).
 */
export const relu = activation({
  name: 'relu',
  summary: 'y = max(0, x)',
  formula: () => ({
    value: (x) => Math.max(0, x),
    derivative: (x) => (x > 0 ? 1 : 0),
    kernel: 'relu',
  }),
  onnx: (graph, x) => graph.add('Relu', x),
});
