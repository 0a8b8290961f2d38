import { type Batch, stage } from 'marblenet';
import { tap } from 'rxjs';
import * as z from 'zod';

const nobodyWakesIt = new Int32Array(new SharedArrayBuffer(4));

/** Lets every batch wait: training takes long enough to be watched, on a fast machine too. */
export const linger = stage({
  name: 'linger',
  summary: 'Lets every batch wait',
  family: 'batches',
  from: 'batch',
  to: 'batch',
  options: z.strictObject({ milliseconds: z.int().min(1).default(25).describe('How long a batch waits') }),
  example: 'linger: { milliseconds: 25 }',
  build: ({ milliseconds }, input) => ({
    output: input,
    operator: tap((_: Batch) => {
      Atomics.wait(nobodyWakesIt, 0, 0, milliseconds);
    }),
  }),
});
