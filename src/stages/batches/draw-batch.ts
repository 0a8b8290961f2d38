import * as z from 'zod';
import { batcher } from '../../core/families/batcher.js';

/**
 * Batches drawn at random with replacement: an example may come twice, or not at all. The notebook's way.
 *
 *     examples: --[1, 2, 3, 4, 5]--------------|
 *               drawBatch({ size: 2, steps: 3 })
 *     batches:  --([4, 1] [4, 4] [2, 5])-------|
 *
 * There is no natural end, so `steps` says how many batches make an epoch.
 *
 * Shapes: examples [N, ...] -> x [B, ...], t [B, C]. Source: the notebook's `np.random.choice(train_size, batch_size)`.
 */
export const drawBatch = batcher({
  name: 'drawBatch',
  summary: 'Random examples with replacement, for a number of steps',
  options: z.strictObject({
    size: z.int().min(1).max(65_536).describe('B, examples a batch'),
    steps: z.int().min(1).describe('Batches an epoch'),
  }),
  example: 'drawBatch: { size: 100, steps: 600 }',
  plan: ({ size }, n, random) => ({ size, rows: random.choice(n, size) }),
  later: {
    steps: ({ steps }) => steps,
    rows: ({ size }, n, random) => random.choice(n, size),
  },
});
