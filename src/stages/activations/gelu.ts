import { erf } from '../../core/families/erf.js';
import { activation } from '../../core/families/network.js';

/**
 * Gaussian error linear unit: y = x Φ(x), where Φ(x) = (1 + erf(x / √2)) / 2 is the chance that a standard Gaussian is
 * below x. A relu that decides softly.
 *
 *     x:  --[-1   , 0, 2   ]--|
 *         gelu()
 *     y:  --[-0.16, 0, 1.95]--|
 *
 * Backward: dx = dy (Φ(x) + x φ(x)), where φ(x) = exp(-x² / 2) / √(2π) is the Gaussian's density.
 *
 * Shapes: any, unchanged. Source: Hendrycks and Gimpel (2016), the exact form, not the tanh approximation.
 */
export const gelu = activation({
  name: 'gelu',
  summary: 'y = x Φ(x), Φ the Gaussian distribution function',
  formula: () => ({
    value: (x) => x * distribution(x),
    derivative: (x) => distribution(x) + x * density(x),
    kernel: 'gelu',
  }),
  onnx(graph, x) {
    const erf = graph.add('Erf', graph.add('Mul', [x, graph.constant(Math.SQRT1_2)]));
    return graph.add('Mul', [x, graph.add('Mul', [graph.add('Add', [erf, graph.constant(1)]), graph.constant(0.5)])]);
  },
});

const distribution = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));
const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
