import { activation } from '../../core/families/network.js';

/**
 * Softplus: y = log(1 + exp(x)). A relu with its corner rounded off.
 *
 *     x:  --[-2   , 0   , 2   ]--|
 *         softplus()
 *     y:  --[ 0.13, 0.69, 2.13]--|
 *
 * Backward: dx = dy / (1 + exp(-x)): its slope is the sigmoid.
 *
 * Shapes: any, unchanged. Source: Dugas et al. (2001). Computed as max(0, x) + log(1 + exp(-|x|)), which no x overflows.
 */
export const softplus = activation({
  name: 'softplus',
  summary: 'y = log(1 + exp(x))',
  formula: () => ({
    value: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
    derivative: (x) => 1 / (1 + Math.exp(-x)),
    kernel: 'softplus',
  }),
  onnx: (graph, x) => graph.add('Softplus', x),
});
