import { type Examples, stage } from 'marblenet';
import { map } from 'rxjs';
import * as z from 'zod';

/** Binarize: every feature becomes 0 or 1. Put it before `normalize`, whose scaling it would undo. */
export const binarize = stage({
  name: 'binarize',
  summary: '1 where a feature is above a threshold, else 0',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({ above: z.number().default(127).describe('The threshold, as the features were read') }),
  example: 'binarize: { above: 127 }',
  build: ({ above }, input) => ({
    output: { ...input, features: 'floats', scaling: { mean: 0, std: 1 } }, // 0 and 1 need no divisor
    operator: map((examples: Examples): Examples => {
      const features = Uint8Array.from(examples.features, (value) => (value > above ? 1 : 0));
      return { ...examples, features, scaling: { mean: 0, std: 1 } };
    }),
  }),
});
