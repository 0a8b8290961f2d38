import { networkStage, rowBuffer } from 'marblenet';
import * as z from 'zod';

/** Jitter: y = x + noise in training, anew for each batch; y = x elsewhere. Backward: dx = dy. */
export const jitter = networkStage({
  name: 'jitter',
  summary: 'Adds Gaussian noise in training',
  options: z.strictObject({ std: z.number().positive().default(0.1).describe('Standard deviation of the noise') }),
  example: 'jitter: { std: 0.1 }',
  build({ std }, { size, shape }, { kernels, random }) {
    const outputs = rowBuffer(kernels, size, shape);
    return {
      output: shape,
      forward(x, split) {
        if (split !== 'train') return [x, (dy) => dy];
        const y = outputs(x.shape[0]);
        for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] + std * random.normal();
        return [y, (dy) => dy];
      },
    };
  },
});
