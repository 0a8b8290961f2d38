import * as z from 'zod';
import { activation } from '../../core/families/network.js';
import { formerly } from '../../core/former-names.js';

/**
 * Leaky relu: y = x where x > 0, else negativeSlope x. A unit that relu would silence for good still hears a little.
 *
 *     x:  --[-1   , 2]--|
 *         leakyRelu({ negativeSlope: 0.01 })
 *     y:  --[-0.01, 2]--|
 *
 * Backward: dx = dy where x > 0, else negativeSlope dy.
 *
 * Shapes: any, unchanged. Source: Maas, Hannun and Ng (2013).
 */
export const leakyRelu = activation({
  name: 'leakyRelu',
  summary: 'y = x where x > 0, else negativeSlope x',
  options: z.strictObject({
    negativeSlope: z.number().min(0).default(0.01).describe('The slope where x is negative'),
    slope: formerly('negativeSlope', z.number()),
  }),
  example: 'leakyRelu: { negativeSlope: 0.01 }',
  formula: ({ negativeSlope }) => ({
    value: (x) => (x > 0 ? x : negativeSlope * x),
    derivative: (x) => (x > 0 ? 1 : negativeSlope),
    kernel: ['leakyRelu', negativeSlope],
  }),
  onnx: (graph, x, { negativeSlope }) => graph.add('LeakyRelu', x, { alpha: negativeSlope }),
});
