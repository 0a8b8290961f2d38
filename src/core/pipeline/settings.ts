/** What a pipeline says beside its stages, the same in a pipeline file and in code. */
import * as z from 'zod';

/** A metric of a split, as reports name both: `validation.loss`. */
const monitor = z
  .string()
  .regex(/^(train|validation|test)\..+$/, { error: 'a split and a metric, as validation.loss' })
  .describe('What to look at after each epoch: a split and a metric');

/** What chooses among the epochs of a run, and ends it early. */
export const earlyStopping = z.strictObject({
  monitor: monitor.default('validation.loss'),
  patience: z.int().min(1).default(5).describe('After how many epochs without a better value training stops'),
  minDelta: z.number().min(0).default(0).describe('How much better a value must be to count'),
});

export const best = z.strictObject({ monitor: monitor.default('validation.loss') });

/** Where a network begins that goes on from what another has learned. */
export const initialWeights = z.union(
  [
    z.string().min(1),
    z.strictObject({
      file: z.string().min(1).describe('A model: model.safetensors, or the folder of a run'),
      except: z
        .array(z.string().meta({ pattern: '^network\\.\\d+$' })) // which layers there are is known when they are built
        .default([])
        .describe('Layers whose weights are drawn anew, by their places'),
    }),
  ],
  { error: 'a file, or { file, except: [network.2] }' },
);

/** When a run that is kept writes down where it stands. */
export const checkpoint = z.strictObject({
  every: z
    .union(
      [
        z.literal('epoch'),
        z.string().regex(/^[1-9]\d{0,11} steps?$/),
        z.string().regex(/^(\d{1,6}|\d{0,6}\.\d{1,6}) (s|min)$/),
      ],
      { error: 'epoch, a number of steps as "500 steps", or a time as "30 s"' },
    )
    .optional()
    .describe(
      'epoch, "500 steps" or "30 s"; one that is due while others are still being written waits for them. ' +
        'Left out: each epoch, at most every 10 s',
    ),
  keep: z.int().min(1).max(1000).default(3).describe('How many checkpoints are kept, the newest'),
});

export type CheckpointSetting = z.output<typeof checkpoint>;

/** What a generator of random numbers begins with: 32 bits. */
export const LARGEST_SEED = 4_294_967_295;
const seed = z.int().min(0).max(LARGEST_SEED);

/** How many networks may be averaged: of more, each one says next to nothing. */
export const FEWEST_MEMBERS = 2;
export const MOST_MEMBERS = 100;

export const settings = {
  seed: seed.default(0).describe('Decides all chance: weights, shuffles, drawn digits'),
  dataSeed: seed
    .optional()
    .describe('Decides the chance of data: alone, as which examples are held out. Left out: seed, as all chance'),
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
  checkpoint: checkpoint.optional().describe('When a run that is kept in a folder writes a checkpoint'),
  earlyStopping: earlyStopping
    .optional()
    .describe('Stop when a metric has not become better for some epochs; the model is that of the best epoch'),
  initialWeights: initialWeights.optional().describe('A model whose weights the network begins with: fine-tuning'),
  tensorboard: z.boolean().optional().describe("Write TensorBoard's event files into the folder of the run"),
  members: z
    .int()
    .min(FEWEST_MEMBERS)
    .max(MOST_MEMBERS)
    .optional()
    .describe(
      'How many networks, each with a seed of its own, "pipeline committee" trains and averages; a run trains one',
    ),
  best: best.optional().describe('Keep the model of the epoch with the best value of a metric, not the last'),
};
