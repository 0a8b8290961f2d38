import * as z from 'zod';
import { batcher, wholeBatches } from '../../core/families/batcher.js';

/**
 * Batches in a fresh random order each epoch: every example once, none twice.
 *
 *     examples: --[1, 2, 3, 4, 5]--------|
 *               shuffleBatch({ size: 2 })
 *     batches:  --([4, 1] [3, 5] [2])----|
 *
 * The last batch is short when the size does not divide the count; `lastBatch: drop` leaves it out.
 *
 * Shapes: examples [N, ...] -> x [B, ...], t [B, C]. Source: Fisher and Yates's shuffle.
 */
export const shuffleBatch = batcher({
  name: 'shuffleBatch',
  summary: 'Every example once an epoch, in a fresh random order',
  options: z.strictObject({
    size: z.int().min(1).max(65_536).describe('B, examples a batch'),
    lastBatch: z.enum(['keep', 'drop']).default('keep').describe('What becomes of a short last batch'),
  }),
  example: 'shuffleBatch: { size: 100, lastBatch: keep }',
  least: ({ size, lastBatch }) => (lastBatch === 'drop' ? size : 1),
  plan({ size, lastBatch }, n, random) {
    const rows = random.permutation(n);
    return { size, rows: lastBatch === 'drop' ? wholeBatches(rows, size) : rows };
  },
});
