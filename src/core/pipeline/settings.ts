/** What a pipeline says beside its stages, the same in a pipeline file and in code. */
import * as z from 'zod';

export const settings = {
  seed: z.int().min(0).max(4_294_967_295).default(0).describe('Decides all chance: weights, shuffles, drawn digits'),
  random: z
    .enum(['perStage', 'numpy'])
    .default('perStage')
    .describe('How the seed decides: a generator for each stage, or one for all that draws what np.random.seed does'),
  epochs: z.int().min(1).max(1_000_000).default(1).describe('How often training goes through the data'),
  dtype: z.enum(['float32', 'float64']).default('float32').describe('The type of every computed number'),
  backend: z
    .enum(['wasm', 'typescript'])
    .default('wasm')
    .describe('What computes: wasm for speed, typescript to read and compare'),
  threads: z
    .union([z.literal('auto'), z.int().min(1).max(64)])
    .default('auto')
    .describe(
      'How many threads compute; auto: as many as make steps faster, as measured. The results are the same, bit for bit',
    ),
};
