/** How the first weights of a layer are drawn, and the options that say so. */
import * as z from 'zod';
import type { Random } from '../random/random.js';

/** The option `weights` of a layer. */
export const firstWeightsOption = z.union([
  z.enum(['heNormal', 'xavierNormal', 'xavierUniform', 'zeros']),
  z.strictObject({ normal: z.number().positive().describe('Standard deviation of the Gaussian') }),
]);

export type FirstWeights = z.output<typeof firstWeightsOption>;

/**
 * The draw for one weight, called in the order in which they lie in memory, which for `dense` is that of NumPy's `randn(D, H)`.
 * `inputs` are those of one output (the fan-in), `outputs` those that one input goes to (the fan-out): `{ normal: s }`
 * Gaussian with standard deviation s; `heNormal` √(2 / inputs), for relu (He et al. 2015); `xavierNormal`
 * √(2 / (inputs + outputs)) and `xavierUniform` between ±√(6 / (inputs + outputs)), for sigmoid and tanh (Glorot and Bengio
 * 2010); `zeros`.
 */
export function firstWeights(rule: FirstWeights, inputs: number, outputs: number, random: Random): () => number {
  if (typeof rule === 'object') return () => rule.normal * random.normal();
  switch (rule) {
    case 'heNormal':
      return () => Math.sqrt(2 / inputs) * random.normal();
    case 'xavierNormal':
      return () => Math.sqrt(2 / (inputs + outputs)) * random.normal();
    case 'xavierUniform':
      return () => Math.sqrt(6 / (inputs + outputs)) * (2 * random.uniform() - 1);
    case 'zeros':
      return () => 0;
  }
}
