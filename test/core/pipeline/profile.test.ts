/** What a profile says of the stages of a run, and that it is the same run with and without. */
import { concatMap, firstValueFrom, lastValueFrom, take, tap, timer, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { clock } from '../../../src/core/clock.js';
import { batcher } from '../../../src/core/families/batcher.js';
import { networkStage } from '../../../src/core/families/network.js';
import {
  buildPipeline,
  type Environment,
  openPipeline,
  type PipelineDefinition,
} from '../../../src/core/pipeline/pipeline.js';
import type { StageProfile } from '../../../src/core/pipeline/profile.js';
import type { Checkpoint } from '../../../src/core/run/checkpoint.js';
import type { PipelineEvent } from '../../../src/core/run/events.js';
import { type RunOptions, run } from '../../../src/core/run/run.js';
import { noOptions, stage } from '../../../src/core/stage.js';
import { threads } from '../../../src/node/threads.js';
import {
  accuracy,
  adam,
  averageWeights,
  backward,
  batch,
  batchNorm,
  dense,
  digits,
  dropout,
  forward,
  mean,
  normalize,
  oneHot,
  relu,
  residual,
  rotate,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';

/** Four batches of 12, 12, 12 and 4 an epoch, and two of 15 and 5 to test on. */
const tiny: PipelineDefinition = {
  seed: 5,
  epochs: 2,
  data: [digits({ train: 40, test: 20 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 12 }), relu(), dense({ units: 10 })],
  train: [shuffleBatch({ size: 12 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  test: [batch({ size: 15 }), forward(), softmaxCrossEntropy(), accuracy()],
};

async function eventsOf(definition: PipelineDefinition, options?: RunOptions, environment?: Environment) {
  const pipeline = await openPipeline(definition, { threads, profile: true, ...environment });
  return lastValueFrom(run(pipeline, options).pipe(toArray()));
}

const stagesIn = (events: readonly PipelineEvent[]): readonly StageProfile[] => {
  const found = events.find((event) => event.event === 'profile');
  return found?.event === 'profile' ? found.stages : expect.fail('there is no profile');
};

const profileOf = async (...given: Parameters<typeof eventsOf>) => stagesIn(await eventsOf(...given));

const weightsIn = (events: readonly PipelineEvent[]) =>
  events.flatMap((event) => (event.event === 'end' ? event.weights : []));

/** `train.0 forward` */
const nameOf = ({ at, direction }: StageProfile): string => [at, direction].filter(Boolean).join(' ');

const byName = <T>(stages: readonly StageProfile[], of: (one: StageProfile) => T): Record<string, T> =>
  Object.fromEntries(stages.map((one) => [nameOf(one), of(one)]));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a profile', () => {
  it('has a row a stage, in the order of a pipeline file, with the samples and the batches that it gave', async () => {
    const stages = await profileOf(tiny);
    expect(stages.map((one) => [nameOf(one), one.name, one.rows, one.calls])).toEqual([
      ['data.0', 'digits', 60, 2],
      ['data.1', 'normalize', 60, 2],
      ['data.2', 'oneHot', 60, 2],
      ['network.0 forward', 'dense', 80, 8],
      ['network.0 backward', 'dense', 80, 8],
      ['network.1 forward', 'relu', 80, 8],
      ['network.1 backward', 'relu', 80, 8],
      ['network.2 forward', 'dense', 80, 8],
      ['network.2 backward', 'dense', 80, 8],
      ['train.0', 'shuffleBatch', 80, 8],
      ['train.1', 'forward', 80, 8],
      ['train.2', 'softmaxCrossEntropy', 80, 8],
      ['train.3', 'backward', 80, 8],
      ['train.4', 'sgd', 80, 8],
      ['test.0', 'batch', 40, 4],
      ['test.1', 'forward', 40, 4],
      ['test.2', 'softmaxCrossEntropy', 40, 4],
      ['test.3', 'accuracy', 40, 4],
    ]);
  });

  it('comes once, before the end, and only where it is asked for', async () => {
    const names = (events: readonly PipelineEvent[]) => events.map(({ event }) => event);
    expect(names(await eventsOf(tiny)).filter((name) => name !== 'progress')).toEqual([
      ...['start', 'epoch', 'epoch', 'profile', 'end'],
    ]);
    expect(names(await eventsOf(tiny, {}, { profile: false }))).not.toContain('profile');
    expect(buildPipeline(tiny).profile).toBeUndefined();
  });

  it('has shares that sum to one, of seconds that sum to no more than those of the run', async () => {
    const events = await eventsOf(tiny);
    const stages = stagesIn(events);
    const sum = (of: 'share' | 'seconds') => stages.reduce((total, one) => total + one[of], 0);
    expect(sum('share')).toBeCloseTo(1, 9);
    const [seconds] = events.flatMap((event) => (event.event === 'profile' ? event.seconds : []));
    expect(sum('seconds')).toBeLessThanOrEqual(seconds + 0.001);
    for (const { seconds, share } of stages) expect(share).toBeCloseTo(seconds / sum('seconds'), 3);
  });

  describe('of stages that take their time', () => {
    let now = 0;
    const slow = (forwardTime: number, backwardTime: number) =>
      networkStage({
        name: 'slow',
        summary: '',
        options: noOptions,
        example: 'slow',
        build: (_, { shape }) => ({
          output: shape,
          forward(x) {
            now += forwardTime;
            return [
              x,
              (dy) => {
                now += backwardTime;
                return dy;
              },
            ];
          },
        }),
      })();
    const later = (time: number) => (): void => {
      now += time;
    };
    const taking = (time: number, family: 'optimizers' | 'augmentation' = 'optimizers') =>
      stage({
        name: 'taking',
        summary: '',
        family,
        from: family === 'optimizers' ? 'step' : 'batch',
        to: family === 'optimizers' ? 'step' : 'batch',
        options: noOptions,
        example: 'taking',
        build: (_, input) => ({ output: input, operator: tap(later(time)) }),
      } as Parameters<typeof stage>[0])();

    const secondsOf = (stages: readonly StageProfile[]) =>
      Object.fromEntries(
        Object.entries(byName(stages, ({ seconds }) => Math.round(seconds * 1000))).filter(([, time]) => time > 0),
      );

    it('gives each its own time, and nobody else', async () => {
      vi.spyOn(clock, 'now').mockImplementation(() => now);
      const network = [dense({ units: 10 }), slow(3, 5), residual({ stages: [slow(7, 11)] })];
      const [batcher, ...rest] = tiny.train;
      const train = [batcher, taking(2, 'augmentation'), ...rest, taking(13)] as PipelineDefinition['train'];
      const stages = await profileOf({ ...tiny, network, train });
      expect(secondsOf(stages)).toEqual({
        'network.1 forward': 8 * 3,
        'network.1 backward': 8 * 5,
        'network.2.0 forward': 8 * 7,
        'network.2.0 backward': 8 * 11,
        'train.1': 8 * 2,
        'train.6': 8 * 13,
        'test.1': 4 * (3 + 7), // layers are a part of it where nothing is learned
      });
    });

    it('leaves out what those do who hear of the run', async () => {
      vi.spyOn(clock, 'now').mockImplementation(() => now);
      const betweenSteps = later(1000);
      const network = [dense({ units: 10 }), slow(3, 5)];
      const stages = await profileOf({ ...tiny, network }, { betweenSteps });
      expect(secondsOf(stages)).toMatchObject({ 'network.1 forward': 24, 'network.1 backward': 40 });
      expect(stages.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo((24 + 40 + 4 * 3) / 1000);
    });

    it('counts the wait of what prepares data, and of nothing else', async () => {
      vi.spyOn(clock, 'now').mockImplementation(() => now);
      const waiting = stage({
        name: 'waiting',
        summary: '',
        family: 'data',
        from: 'examples',
        to: 'examples',
        options: noOptions,
        example: 'waiting',
        build: (_, input) => ({
          output: input,
          operator: concatMap(async (examples) => {
            await firstValueFrom(timer(0));
            now += 20;
            return examples;
          }),
        }),
      });
      const stages = await profileOf({ ...tiny, data: [...tiny.data, waiting()] as PipelineDefinition['data'] });
      expect(secondsOf(stages)).toEqual({ 'data.3': 2 * 20 });
    });

    it('counts the turns that batches are made in, however many', async () => {
      vi.spyOn(clock, 'now').mockImplementation(() => now);
      const planned = batcher({
        name: 'planned',
        summary: '',
        options: z.strictObject({ size: z.number() }),
        example: 'planned: { size: 4 }',
        plan: ({ size }, n) => {
          now += 100;
          return { rows: Int32Array.from({ length: n }, (_, i) => i), size };
        },
      });
      const [, ...rest] = tiny.train;
      const network = [dense({ units: 10 }), slow(6, 0)]; // more than the time between two turns
      const train = [planned({ size: 4 }), ...rest] as PipelineDefinition['train'];
      const { test: _, ...untested } = tiny;
      const stages = await profileOf({ ...untested, network, train });
      expect(secondsOf(stages)).toEqual({ 'train.0': 2 * 100, 'network.1 forward': 20 * 6 });
    });
  });

  it('knows the bytes of parameters and gradients, of moments, and of what stages give', async () => {
    const [batcher, ...rest] = tiny.train.slice(0, 4);
    const train = [batcher, rotate({ degrees: 10 }), ...rest, adam()] as PipelineDefinition['train'];
    const bytes = byName(await profileOf({ ...tiny, train }), (one) => one.bytes);
    const [first, second] = [784 * 12 + 12, 12 * 10 + 10].map((count) => 4 * count);
    expect(bytes).toMatchObject({
      'data.0': 60 * 784,
      'data.1': 0,
      'network.0 forward': first + 4 * 12 * 12, // for the largest batch of train
      'network.0 backward': first,
      'network.1 forward': 4 * 12 * 12,
      'network.2 backward': second + 4 * 12 * 12,
      'train.1': 4 * 12 * 784,
      'train.2': 0,
      'train.5': 2 * (first + second),
    });
  });

  it.each<[string, Partial<PipelineDefinition>]>([
    ['sgd', {}],
    ['the textbook', { backend: 'typescript' }],
    ['a block, dropout', { network: [residual({ stages: [batchNorm(), relu()] }), dropout(), dense({ units: 10 })] }],
    ['adam, averages', { train: [...tiny.train.slice(0, 4), adam(), averageWeights()] }],
    ['distorted', { train: [tiny.train[0], rotate({ degrees: 10 }), ...tiny.train.slice(1)] }],
  ] as [string, Partial<PipelineDefinition>][])(
    'leaves the weights as they are, to the bit, with any number of threads: %s',
    async (_, more) => {
      const definition = { ...tiny, ...more };
      const without = weightsIn(await eventsOf({ ...definition, threads: 2 }, {}, { profile: false }));
      expect(weightsIn(await eventsOf({ ...definition, threads: 1 }))).toEqual(without);
      expect(weightsIn(await eventsOf({ ...definition, threads: 2 }))).toEqual(without);
    },
  );

  it('is of what is left, where a run goes on', async () => {
    let cut: Checkpoint | undefined;
    const whole = await eventsOf(tiny, {
      betweenSteps: (at) => {
        if (at.step === 5) cut = at.checkpoint();
      },
    });
    const rest = await eventsOf(tiny, { from: cut });
    expect(weightsIn(rest)).toEqual(weightsIn(whole));
    expect(byName(stagesIn(rest), ({ calls }) => calls)).toMatchObject({ 'train.0': 3, 'network.0 backward': 3 });
    expect(byName(stagesIn(rest), ({ calls }) => calls)).toMatchObject({ 'test.0': 2, 'data.0': 2 });
  });

  it('stands beside another instrument, which sees what it saw', async () => {
    const seen: string[] = [];
    const instrument: Environment['instrument'] = (operator, { name }) => {
      seen.push(name);
      return operator;
    };
    await eventsOf(tiny, {}, { instrument, profile: false });
    const before = seen.splice(0);
    await eventsOf(tiny, {}, { instrument });
    expect(seen).toEqual(before);
  });

  it('ends with a run that is unsubscribed from, at once', async () => {
    let steps = 0;
    const train = [...tiny.train, mean({ of: 'loss' })];
    const counting = { betweenSteps: () => void steps++, everyStep: true };
    const pipeline = buildPipeline({ ...tiny, train }, { profile: true });
    await lastValueFrom(run(pipeline, counting).pipe(take(3)));
    expect(steps).toBeLessThanOrEqual(3);
  });

  it('names the stage that fails, as ever', async () => {
    const failing = networkStage({
      name: 'failing',
      summary: '',
      options: noOptions,
      example: 'failing',
      build: (_, { shape }) => ({
        output: shape,
        forward: (x) => [
          x,
          () => {
            throw new Error('oh');
          },
        ],
      }),
    });
    const network = [dense({ units: 10 }), failing()];
    await expect(eventsOf({ ...tiny, network })).rejects.toThrow(/network\[1\]: failing: .*oh/);
  });
});
