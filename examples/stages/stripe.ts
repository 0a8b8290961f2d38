import { augmentation, PipelineError } from 'marblenet';
import * as z from 'zod';

/** Stripe: some rows of an image, side by side, become 0; which ones is drawn anew in each epoch. */
export const stripe = augmentation({
  name: 'stripe',
  summary: 'Blanks some rows of an image',
  options: z.strictObject({ rows: z.int().min(1).default(3).describe('How many') }),
  example: 'stripe: { rows: 3 }',
  augment({ rows }, [height, width, channels = 1]) {
    if (width === undefined) throw new PipelineError('stripe takes images [height, width]');
    if (rows > height) throw new PipelineError(`stripe blanks ${rows} rows, and the images have ${height}`);
    return {
      distortion: { kind: 'erase', image: [height, width, channels], value: 0 },
      draw: (random) => [random.below(height - rows + 1), 0, rows, width],
    };
  },
});
