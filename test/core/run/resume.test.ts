/** A run that goes on from a checkpoint has the events and the weights of the run that was never stopped, bit for bit. */
import fc from 'fast-check';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { PipelineError, RunError } from '../../../src/core/errors.js';
import { buildPipeline, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import type { Checkpoint, RunningRun } from '../../../src/core/run/checkpoint.js';
import type { PipelineEvent } from '../../../src/core/run/events.js';
import { type RunOptions, run } from '../../../src/core/run/run.js';
import { threads } from '../../../src/node/threads.js';
import {
  accuracy,
  adaGrad,
  adam,
  adamW,
  averageWeights,
  backward,
  batch,
  batchNorm,
  confusionMatrix,
  conv2d,
  dense,
  digits,
  drawBatch,
  dropout,
  dropout2d,
  elastic,
  erase,
  forward,
  layerNorm,
  maxPool2d,
  mean,
  mixup,
  momentum,
  nesterov,
  noise,
  normalize,
  oneHot,
  prelu,
  relu,
  residual,
  rmsProp,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';
import { throughFile } from '../../state-file.js';

const tiny: PipelineDefinition = {
  seed: 5,
  epochs: 2,
  data: [digits({ train: 40, test: 20 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 12 }), relu(), dropout({ rate: 0.3 }), dense({ units: 10 })],
  train: [
    shuffleBatch({ size: 12 }),
    forward(),
    softmaxCrossEntropy(),
    backward(),
    adam({ learningRate: 0.01, schedule: 'cosine', warmUp: 2 }),
    mean({ of: 'loss' }),
    confusionMatrix(),
  ],
  test: [shuffleBatch({ size: 15 }), forward(), softmaxCrossEntropy(), mean({ of: 'loss' }), accuracy()],
};

/** All events but those that come when time has passed, without what was measured by the clock. */
async function eventsOf(definition: PipelineDefinition, options: RunOptions = {}, seen: PipelineEvent[] = []) {
  const events = run(buildPipeline(definition, { threads }), {
    everyStep: true,
    scalars: true,
    runId: 'test',
    ...options,
  });
  await lastValueFrom(
    events.pipe(
      tap((event) => {
        if (event.event === 'progress') return;
        const timed = { seconds: 0, samplesPerSecond: 0 };
        seen.push(Object.assign(event, 'seconds' in event ? timed : {}));
      }),
    ),
  );
  return seen;
}

interface Cut {
  /** As it comes back from a file. */
  readonly checkpoint: Checkpoint;
  /** How many events came before it. */
  readonly told: number;
}

/** A run, and every checkpoint that can be taken of it. */
async function stoppedEverywhere(definition: PipelineDefinition) {
  const cuts: Cut[] = [];
  const events: PipelineEvent[] = [];
  const betweenSteps = (at: RunningRun): void => {
    const { state, ...place } = at.checkpoint();
    cuts.push({ checkpoint: { ...place, state: throughFile(state) }, told: events.length });
  };
  await eventsOf(definition, { betweenSteps }, events);
  return { cuts, events };
}

async function expectSameFrom({ checkpoint, told }: Cut, definition: PipelineDefinition, whole: PipelineEvent[]) {
  const [start, ...after] = await eventsOf(definition, { from: checkpoint });
  const { epoch, step } = checkpoint;
  const isOver = epoch > (definition.epochs ?? 1);
  expect(start).toEqual({ ...whole[0], resumedFrom: { epoch, step, ...(isOver && { isOver }) } });
  expect(after).toEqual(told === 0 ? whole.slice(1) : whole.slice(told));
}

describe('a run that goes on from a checkpoint', () => {
  it.each([
    ['typescript', 'perStage'],
    ['typescript', 'numpy'],
    ['wasm', 'perStage'],
    ['wasm', 'numpy'],
  ] as const)('ends as if it had never stopped, wherever it was stopped: %s, %s', async (backend, random) => {
    const definition = { ...tiny, backend, random };
    const { cuts, events } = await stoppedEverywhere(definition);
    expect(cuts.map(({ checkpoint: { epoch, step } }) => [epoch, step])).toEqual([
      ...[0, 1, 2, 3, 4].map((step) => [1, step]),
      ...[4, 5, 6, 7, 8].map((step) => [2, step]),
      [3, 8], // training is over, the last test to come
    ]);
    expect(await eventsOf(definition)).toEqual(events);
    for (const cut of cuts) await expectSameFrom(cut, definition, events);
  });

  it.each(['typescript', 'wasm'] as const)(
    'ends so with normalized images and averaged weights: %s',
    async (backend) => {
      const images = [
        conv2d({ filters: 3, kernel: 5, stride: 3, bias: false }),
        batchNorm(),
        relu(),
        maxPool2d(),
        dropout2d({ rate: 0.2 }),
      ];
      const [batches, ...train] = tiny.train;
      const definition: PipelineDefinition = {
        ...tiny,
        backend,
        network: [...images, layerNorm(), prelu(), dense({ units: 10 })],
        train: [batches, ...train.slice(0, 4), averageWeights({ decay: 0.7 }), ...train.slice(4)],
      };
      const { cuts, events } = await stoppedEverywhere(definition);
      for (const cut of cuts) await expectSameFrom(cut, definition, events);
    },
  );

  it.each(['typescript', 'wasm'] as const)('ends so with distorted images, one batch ahead: %s', async (backend) => {
    const [batches, ...train] = tiny.train;
    const distortions = [elastic({ rotate: 10, shift: 1 }), erase(), noise({ std: 0.1 }), mixup()];
    const definition: PipelineDefinition = { ...tiny, backend, train: [batches, ...distortions, ...train] };
    const { cuts, events } = await stoppedEverywhere(definition);
    for (const cut of cuts) await expectSameFrom(cut, definition, events);
  });

  it('ends as if it had never stopped, with stages inside others that draw and remember', async () => {
    const inside = [dense({ units: 12 }), batchNorm(), relu(), residual({ stages: [dropout({ rate: 0.3 })] })];
    const network = [dense({ units: 12 }), residual({ stages: inside }), dense({ units: 10 })];
    const definition = { ...tiny, network };
    const { cuts, events } = await stoppedEverywhere(definition);
    for (const cut of cuts) await expectSameFrom(cut, definition, events);
  });

  const optimizers = fc.constantFrom(
    sgd({ learningRate: 0.1, schedule: { step: { every: 3, factor: 0.5 } } }),
    sgd({ learningRate: 0.1, weightDecay: 0.01, clipNorm: 1 }),
    momentum({ learningRate: 0.05, schedule: 'oneCycle' }),
    nesterov({ learningRate: 0.05 }),
    adaGrad(),
    rmsProp({ warmUp: 3 }),
    adam({ schedule: 'cosine' }),
    adamW({ clipNorm: 0.5 }),
  );
  const batchers = fc.constantFrom(
    shuffleBatch({ size: 9 }),
    shuffleBatch({ size: 15, lastBatch: 'drop' }),
    drawBatch({ size: 10, steps: 5 }),
    batch({ size: 16 }),
  );
  const definitions = fc.record({
    seed: fc.nat(),
    epochs: fc.integer({ min: 1, max: 3 }),
    random: fc.constantFrom('perStage' as const, 'numpy' as const),
    dtype: fc.constantFrom('float32' as const, 'float64' as const),
    units: fc.constantFrom(5, 40),
    rate: fc.constantFrom(0, 0.5),
    optimizer: optimizers,
    batcher: batchers,
  });

  it.each([
    ['typescript', 1, 10],
    ['wasm', 1, 30],
    ['wasm', 2, 10],
  ] as const)('ends as if it had never stopped, whatever it does: %s, %i threads', async (backend, count, numRuns) => {
    await fc.assert(
      fc.asyncProperty(definitions, fc.nat(), async ({ units, rate, optimizer, batcher, ...settings }, chosen) => {
        const definition: PipelineDefinition = {
          ...tiny,
          ...settings,
          backend,
          threads: count,
          network: [dense({ units }), relu(), dropout({ rate }), dense({ units: 10 })],
          train: [batcher, forward(), softmaxCrossEntropy(), backward(), optimizer, mean({ of: 'loss' }), accuracy()],
        };
        const { cuts, events } = await stoppedEverywhere(definition);
        await expectSameFrom(cuts[chosen % cuts.length], definition, events);
      }),
      { numRuns },
    );
  });

  it('goes on with the name of the run, unless it is given another', async () => {
    const { cuts } = await stoppedEverywhere(tiny);
    const nameOf = async (options: RunOptions) => {
      const events = await lastValueFrom(run(buildPipeline(tiny), options).pipe(toArray()));
      return [...new Set(events.map(({ runId }) => runId))];
    };
    expect(await nameOf({ from: { ...cuts[3].checkpoint, runId: 'first' } })).toEqual(['first']);
    expect(await nameOf({ from: cuts[3].checkpoint, runId: 'second' })).toEqual(['second']);
  });

  it('refuses what is of another pipeline, or of other data', async () => {
    const { cuts } = await stoppedEverywhere(tiny);
    const { checkpoint } = cuts[3];
    const refusal = async (definition: PipelineDefinition, from: Checkpoint) => {
      const error = await lastValueFrom(run(buildPipeline(definition), { from })).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(PipelineError);
      return error.message;
    };
    const other = { ...tiny, network: [dense({ units: 13 }), relu(), dropout(), dense({ units: 10 })] };
    expect(await refusal(other, checkpoint)).toMatch(
      /^the checkpoint is of another pipeline: it has dense \{"units":12,.*\} at network\.0, and this one dense \{"units":13,/,
    );
    expect(await refusal(tiny, { ...checkpoint, state: { ...checkpoint.state, extra: 1 } })).toBe(
      'the state is not one of this pipeline: extra is not here',
    );
    expect(await refusal({ ...tiny, network: tiny.network.slice(1) }, checkpoint)).toMatch(
      /it has dense \{.*\} at network\.0, and this one relu at network\.0$/,
    );
    expect(await refusal({ ...tiny, test: [...(tiny.test ?? []), confusionMatrix()] }, checkpoint)).toMatch(
      /it has no more stages, and this one confusionMatrix at test\.5$/,
    );
    expect(
      await refusal({ ...tiny, train: tiny.train.with(0, drawBatch({ size: 12, steps: 4 })) }, checkpoint),
    ).toMatch(/it has shuffleBatch \{"size":12,.*\} at train\.0, and this one drawBatch \{"size":12.*\} at train\.0$/);
    expect(await refusal(tiny, { ...checkpoint, epoch: 4 })).toBe(
      'the run goes on in epoch 4, after 3 steps, but this pipeline has 2 epochs',
    );
    expect(await refusal({ ...tiny, epochs: 1 }, { ...checkpoint, epochs: 1, epoch: 4 })).toBe(
      'the run goes on in epoch 4, after 3 steps, but this pipeline has 1 epoch',
    );
    expect(await refusal({ ...tiny, epochs: 3 }, checkpoint)).toBe(
      'train[4]: adam: the schedule cosine leads to the end of 2 epochs; with 3 it would have taken other steps from ' +
        'the first on: train anew, or give the schedule its steps',
    );
    expect(await refusal({ ...tiny, seed: 6 }, checkpoint)).toBe(
      'the checkpoint is of a run with seed 5, random perStage, and this pipeline has seed 6, random perStage; ' +
        'it would go on with other data and batches: give it those of the checkpoint',
    );
    expect(await refusal({ ...tiny, random: 'numpy' }, checkpoint)).toContain('has seed 5, random numpy; it would');
    expect(await refusal(tiny, { ...checkpoint, epoch: 0 })).toContain('epoch 0');
    expect(await refusal(tiny, { ...checkpoint, step: Number.NaN })).toContain('NaN steps');
    expect(await refusal(tiny, { ...checkpoint, examples: 30 })).toBe(
      'the checkpoint is of a run that learns from 30 examples, but now there are 40',
    );
    const rows = Int32Array.of(0, 1, 999);
    expect(await refusal(tiny, { ...checkpoint, state: { ...checkpoint.state, 'train.0.rows': rows } })).toBe(
      'train[0]: the state is broken: it holds a plan that no batches can be read by',
    );
  });
});

describe('betweenSteps', () => {
  it('sees a run that stands still, and no more than that', async () => {
    const kept: RunningRun[] = [];
    await eventsOf(tiny, { betweenSteps: (at) => void kept.push(at) });
    expect(kept).toHaveLength(11);
    expect(() => kept[0].checkpoint()).toThrow(
      new RunError('a checkpoint can be taken between two steps only, while betweenSteps is called'),
    );
  });

  it('cannot restore a state in the middle of an epoch', async () => {
    const pipeline = buildPipeline(tiny);
    const before = pipeline.state();
    const betweenSteps = ({ step }: RunningRun): void => {
      if (step === 2) pipeline.restore(before);
    };
    await expect(lastValueFrom(run(pipeline, { betweenSteps }))).rejects.toThrow(
      new PipelineError('the pipeline is learning: a state is restored before it or after it'),
    );
    pipeline.restore(before);
    expect(pipeline.state()).toEqual(before);
  });

  it('can stop the run where it took a checkpoint', async () => {
    const whole = await eventsOf(tiny);
    let checkpoint: Checkpoint | undefined;
    const told: PipelineEvent[] = [];
    const stopped = new Error('stopped');
    const betweenSteps = (at: RunningRun): void => {
      if (at.step !== 6) return;
      checkpoint = at.checkpoint();
      throw stopped;
    };
    await expect(eventsOf(tiny, { betweenSteps }, told)).rejects.toBe(stopped);
    expect(told).toEqual(whole.slice(0, told.length));
    expect(told.at(-1)).toMatchObject({ event: 'scalars', step: 6 });
    const [, ...after] = await eventsOf(tiny, { from: checkpoint as Checkpoint });
    expect([...told, ...after]).toEqual(whole);
  });
});
