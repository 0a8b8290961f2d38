import { appendFileSync } from 'node:fs';
import { type Batch, stage } from 'marblenet';
import { tap } from 'rxjs';
import * as z from 'zod';

export const countBatches = stage({
  name: 'countBatches',
  summary: 'Adds a byte to a file for every batch',
  family: 'batches',
  from: 'batch',
  to: 'batch',
  options: z.strictObject({ in: z.string().describe('The path of the file') }),
  example: 'countBatches: { in: /tmp/batches }',
  build: ({ in: path }, input) => ({
    output: input,
    operator: tap((_: Batch) => appendFileSync(path, '.')),
  }),
});
