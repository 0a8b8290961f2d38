import * as z from 'zod';
import { activation } from '../../core/families/network.js';

/**
 * Exponential linear unit: y = x where x > 0, else alpha (exp(x) - 1). Like relu, with a smooth floor at -alpha.
 *
 *     x:  --[-1   , 2]--|
 *         elu({ alpha: 1 })
 *     y:  --[-0.63, 2]--|
 *
 * Backward: dx = dy where x > 0, else dy (y + alpha).
 *
 * Shapes: any, unchanged. Source: Clevert, Unterthiner and Hochreiter (2015).
 */
export const elu = activation({
  name: 'elu',
  summary: 'y = x where x > 0, else alpha (exp(x) - 1)',
  options: z.strictObject({
    alpha: z.number().positive().default(1).describe('How far below zero the floor lies'),
  }),
  example: 'elu: { alpha: 1 }',
  formula: ({ alpha }) => ({
    value: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x, y) => (x > 0 ? 1 : y + alpha),
    kernel: ['elu', alpha],
  }),
  onnx: (graph, x, { alpha }) => graph.add('Elu', x, { alpha }),
});
