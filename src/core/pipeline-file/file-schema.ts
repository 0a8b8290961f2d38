import * as z from 'zod';

const stageList = z.array(z.unknown()).min(1);

/** Everything in a pipeline file but the stages themselves, which have schemas of their own. */
export const fileSchema = z.strictObject({
  name: z.string().min(1).describe('What the run is called'),
  description: z.string().optional().describe('What there is to see in it'),
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
  plugins: z.array(z.string().min(1)).optional().describe('TypeScript files with stages of your own'),
  data: stageList.describe('A source, then what prepares its examples'),
  network: stageList.describe('The layers, from input to output'),
  train: stageList.describe('A batcher, forward, a loss, backward, an optimizer, metrics'),
  validation: stageList
    .optional()
    .describe('A batcher, forward, a loss, metrics; run after each epoch, on examples held out of train'),
  test: stageList
    .optional()
    .describe('A batcher, forward, a loss, metrics; run after each epoch, or once at the end if there is a validation'),
});

export type FileContent = z.output<typeof fileSchema>;
export type Path = readonly PropertyKey[];
