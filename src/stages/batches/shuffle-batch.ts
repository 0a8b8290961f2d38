import * as z from 'zod';
import { batcher, wholeBatches } from '../../core/families/batcher.js';
import { WINDOW } from '../../core/families/streamed-batches.js';
import type { Random } from '../../core/random/random.js';

/**
 * Batches in a fresh random order each epoch: every example once, none twice.
 *
 *     examples: --[1, 2, 3, 4, 5]--------|
 *               shuffleBatch({ size: 2 })
 *     batches:  --([4, 1] [3, 5] [2])----|
 *
 * The last batch is short when the size does not divide the count; `lastBatch: drop` leaves it out.
 *
 * Examples that are streamed, since they are too many for the memory, are shuffled in two steps: blocks of neighbours come in a
 * random order, and those of so many blocks as make up the `buffer` are shuffled together.
 *
 * Shapes: examples [N, ...] -> x [B, ...], t [B, C]. Source: Fisher and Yates's shuffle.
 */
export const shuffleBatch = batcher({
  name: 'shuffleBatch',
  summary: 'Every example once an epoch, in a fresh random order',
  options: z.strictObject({
    size: z.int().min(1).max(65_536).describe('B, examples a batch'),
    lastBatch: z.enum(['keep', 'drop']).default('keep').describe('What becomes of a short last batch'),
    buffer: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(WINDOW)
      .describe('How many examples are shuffled together, where they are streamed'),
  }),
  example: 'shuffleBatch: { size: 100, lastBatch: keep, buffer: 10000 }',
  least: ({ size, lastBatch }) => (lastBatch === 'drop' ? size : 1),
  window: ({ buffer }) => buffer,
  plan({ size, lastBatch }, n, random, window) {
    const rows = window === undefined ? random.permutation(n) : shuffledBlocks(n, window, random);
    return { size, rows: lastBatch === 'drop' ? wholeBatches(rows, size) : rows };
  },
});

/** Neighbours that are read together. */
const BLOCK = 1000;

/** Blocks in random order, and the rows of so many blocks as fill a window in random order; what is left over comes last. */
function shuffledBlocks(n: number, window: number, random: Random): Int32Array {
  const block = Math.min(BLOCK, window);
  const order = random.permutation(Math.floor(n / block));
  const together = Math.max(1, Math.floor(window / block));
  const rows = new Int32Array(n);
  for (let first = 0; first < order.length; first += together) {
    const blocks = order.subarray(first, first + together);
    const places = random.permutation(blocks.length * block);
    for (const [i, place] of places.entries()) {
      rows[first * block + i] = blocks[Math.floor(place / block)] * block + (place % block);
    }
  }
  const whole = order.length * block;
  for (const [i, place] of random.permutation(n - whole).entries()) rows[whole + i] = whole + place;
  return rows;
}
