import * as z from 'zod';
import { activation } from '../../core/families/network.js';

/**
 * Leaky relu: y = x where x > 0, else slope x. A unit that relu would silence for good still hears a little.
 *
 *     x:  --[-1   , 2]--|
 *         leakyRelu({ slope: 0.01 })
 *     y:  --[-0.01, 2]--|
 *
 * Backward: dx = dy where x > 0, else slope dy.
 *
 * Shapes: any, unchanged. Source: Maas, Hannun and Ng (2013).
 */
export const leakyRelu = activation({
  name: 'leakyRelu',
  summary: 'y = x where x > 0, else slope x',
  options: z.strictObject({
    slope: z.number().min(0).default(0.01).describe('The slope where x is negative'),
  }),
  example: 'leakyRelu: { slope: 0.01 }',
  formula: ({ slope }) => ({
    value: (x) => (x > 0 ? x : slope * x),
    derivative: (x) => (x > 0 ? 1 : slope),
    kernel: ['leakyRelu', slope],
  }),
});
