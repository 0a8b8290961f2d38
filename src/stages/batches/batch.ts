import * as z from 'zod';
import { batcher, wholeBatches } from '../../core/families/batcher.js';

/**
 * Batches in the order of the data set: for testing, where the order does not matter and should not vary.
 *
 *     examples: --[1, 2, 3, 4, 5]------|
 *               batch({ size: 2 })
 *     batches:  --([1, 2] [3, 4] [5])--|
 *
 * Shapes: examples [N, ...] -> x [B, ...], t [B, C].
 */
export const batch = batcher({
  name: 'batch',
  summary: 'Every example once an epoch, in order',
  options: z.strictObject({
    size: z.int().min(1).max(65_536).describe('B, examples a batch'),
    lastBatch: z.enum(['keep', 'drop']).default('keep').describe('What becomes of a short last batch'),
  }),
  example: 'batch: { size: 1000, lastBatch: keep }',
  inOrder: true,
  least: ({ size, lastBatch }) => (lastBatch === 'drop' ? size : 1),
  plan({ size, lastBatch }, n) {
    const rows = Int32Array.from({ length: n }, (_, row) => row);
    return { size, rows: lastBatch === 'drop' ? wholeBatches(rows, size) : rows };
  },
});
