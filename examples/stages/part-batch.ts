import { batcher } from 'marblenet';
import * as z from 'zod';

/** Batches of a part of the examples, drawn anew each epoch without replacement. */
export const partBatch = batcher({
  name: 'partBatch',
  summary: 'A random part of the examples each epoch',
  options: z.strictObject({
    size: z.int().min(1).max(65_536).describe('B, examples a batch'),
    share: z.number().positive().max(1).default(0.5).describe('Which part of the examples an epoch reads'),
  }),
  example: 'partBatch: { size: 100, share: 0.5 }',
  plan: ({ size, share }, n, random) => ({ size, rows: random.permutation(n).subarray(0, Math.ceil(n * share)) }),
});
