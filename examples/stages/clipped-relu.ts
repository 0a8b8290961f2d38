import { activation } from 'marblenet';
import * as z from 'zod';

/** Clipped relu: y = min(ceiling, max(0, x)). Backward: dx = dy where 0 < x < ceiling, else 0. */
export const clippedRelu = activation({
  name: 'clippedRelu',
  summary: 'y = min(ceiling, max(0, x))',
  options: z.strictObject({ ceiling: z.number().positive().default(6).describe('The largest output') }),
  example: 'clippedRelu: { ceiling: 6 }',
  formula: ({ ceiling }) => ({
    value: (x) => Math.min(ceiling, Math.max(0, x)),
    derivative: (x) => (x > 0 && x < ceiling ? 1 : 0),
  }),
});
