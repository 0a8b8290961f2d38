/** The option of sources that can read samples while they are learned from. */
import * as z from 'zod';

export const streamOption = z
  .union([z.literal('auto'), z.boolean()])
  .default('auto')
  .describe('Whether samples are read while they are learned from; auto: above 1 GiB');

export type StreamOption = z.output<typeof streamOption>;

/** Samples of more than so many bytes are read while they are learned from. */
export function streamedAbove(stream: StreamOption): number {
  if (stream === 'auto') return 2 ** 30;
  return stream ? -1 : Number.POSITIVE_INFINITY;
}
