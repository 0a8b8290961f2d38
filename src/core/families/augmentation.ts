/** Augmentation: training samples, distorted at random, so that a network sees others in each epoch. */
import { defer, map, type OperatorFunction } from 'rxjs';
import type { z } from 'zod';
import type { Context, StageDescription, StageFactory } from '../contract.js';
import { type DistortionKind, settingsOf } from '../kernels/distortion.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import { type Ahead, type Batch, requireCurrent, type Spec, type Upcoming } from '../kinds.js';
import { CounterRandom, keyOf } from '../random/counter-random.js';
import { stateOf } from '../state.js';
import type { Shape, Tensor } from '../tensor.js';
import { trustedStage } from '../trusted-stage.js';

/** A distortion, and what chance makes of it. */
export interface Augmentation {
  readonly distortion: DistortionKind;
  /**
   * What the distortion is given for a sample (see `DistortionKind`), drawn anew for each sample in each epoch.
   *
   * @param B how many samples are in the batch
   */
  draw(random: CounterRandom, B: number): readonly number[];
}

/** What the author of an augmentation stage writes. */
export interface AugmentationDefinition<Options extends z.ZodObject> extends StageDescription<Options> {
  /**
   * The distortion of samples of this shape.
   *
   * @throws PipelineError for samples that cannot be distorted so.
   */
  augment(options: z.output<Options>, shape: Shape): Augmentation;
}

/**
 * Makes an augmentation stage. What happens to a sample depends on the seed, the stage's place, the epoch and the sample alone:
 * not on the order of samples, nor on threads, nor on where a run was resumed. The next batch is distorted while the network
 * learns from this one, by a thread that finds the time.
 */
export const augmentation = <Options extends z.ZodObject>(
  definition: AugmentationDefinition<Options>,
): StageFactory<'batch', 'batch', Options> =>
  trustedStage({
    ...definition,
    family: 'augmentation',
    from: 'batch',
    to: 'batch',
    build(options, input, context) {
      const chance: Chance = { seed: Math.floor(context.random.uniform() * 2 ** 32) };
      return {
        output: input,
        operator: distortBatches(definition.augment(options, input.shape), input, context, chance),
        state: stateOf(chance),
      };
    },
  });

/** What decides all draws of a stage, together with the epoch and the sample. */
type Chance = { seed: number };

/** The samples of a batch: which ones, in which epoch. */
type Samples = Pick<Batch, 'x' | 'epoch'> & Upcoming;

function distortBatches(
  { distortion, draw }: Augmentation,
  { size, shape, classes, targets }: Spec<'batch'>,
  { kernels, at }: Context,
  chance: Chance,
): OperatorFunction<Batch, Batch> {
  const kernel = kernels.distortion(distortion, size);
  // the network reads one while the next batch is written to the other
  let [buffer, other] = [rowBuffer(kernels, size, shape), rowBuffer(kernels, size, shape)];
  const width = classes ?? targets;
  const mixTargets = distortion.kind === 'mix' && width !== undefined ? targetMixer(width) : undefined;

  /** What the distortion is given for each of these samples. */
  function settingsFor({ x, rows, epoch }: Samples): Float64Array {
    const B = x.shape[0];
    const S = settingsOf[distortion.kind];
    const settings = new Float64Array(B * S);
    for (let b = 0; b < B; b++) settings.set(draw(new CounterRandom(keyOf(chance.seed, epoch, rows[b])), B), b * S);
    return settings;
  }

  function distorted(samples: Samples, ahead: boolean): Upcoming {
    const { x, rows } = samples;
    [buffer, other] = [other, buffer];
    const out = buffer(x.shape[0]);
    kernel.run(out, x, settingsFor(samples), ahead);
    return { x: out, rows };
  }

  /** What is so many parts of one sample and so many of another is so many parts of its class. */
  function targetMixer(width: number): (t: Tensor, samples: Samples) => Tensor {
    const mix = kernels.distortion({ kind: 'mix' }, size);
    const mixed = rowBuffer(kernels, size, [width]);
    return (t, samples) => {
      const out = mixed(t.shape[0]);
      mix.run(out, t, settingsFor(samples), false);
      return out;
    };
  }

  return (batches) =>
    defer(() => {
      let made: Upcoming | undefined;
      return batches.pipe(
        map((batch) => {
          requireCurrent(batch, at);
          const samples = { ...batch, rows: batch.rows ?? rowsInOrder(batch) };
          const { x } = made?.rows === samples.rows ? made : distorted(samples, false);
          made = undefined;
          const t = mixTargets !== undefined && batch.t !== undefined ? mixTargets(batch.t, samples) : batch.t;
          const { epoch } = batch;
          const before = batch.ahead?.of === batch.x ? batch.ahead : undefined;
          const ahead: Ahead | undefined = before && {
            of: x,
            next: () => (made ??= distorted({ ...before.next(), epoch }, true)),
          };
          ahead?.next();
          return { ...batch, x, t, ahead };
        }),
      );
    });
}

/** Samples of unknown rows count as those of a data set that is read in order. */
const rowsInOrder = ({ x, step }: Batch): Int32Array =>
  Int32Array.from({ length: x.shape[0] }, (_, b) => (step - 1) * x.shape[0] + b);
