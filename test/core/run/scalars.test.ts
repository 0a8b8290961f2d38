/** What a run says of its layers on the way, and that it is the same run with and without. */
import { lastValueFrom, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { buildPipeline, type Pipeline, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import type { ScalarsEvent } from '../../../src/core/run/events.js';
import { type RunOptions, run } from '../../../src/core/run/run.js';
import { isMeasured } from '../../../src/core/run/scalars.js';
import { noOptions, stage } from '../../../src/core/stage.js';
import type { StateDict } from '../../../src/core/state.js';
import { threads } from '../../../src/node/threads.js';
import {
  adam,
  averageWeights,
  backward,
  batch,
  batchNorm,
  dense,
  digits,
  forward,
  momentum,
  normalize,
  oneHot,
  relu,
  residual,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';

const data = [digits({ train: 40 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })] as const;
const learn = [shuffleBatch({ size: 12 }), forward(), softmaxCrossEntropy(), backward()] as const;
const tiny: PipelineDefinition = {
  seed: 5,
  epochs: 2,
  data,
  network: [dense({ units: 12 }), relu(), dense({ units: 10 })],
  train: [...learn, sgd({ learningRate: 0.5 })],
};

async function eventsOf(pipeline: Pipeline, options: RunOptions = {}) {
  const events = await lastValueFrom(run(pipeline, { scalars: true, runId: 'test', ...options }).pipe(toArray()));
  return events.filter(({ event }) => event !== 'progress');
}

async function scalarsOf(definition: PipelineDefinition, options?: RunOptions): Promise<ScalarsEvent[]> {
  const events = await eventsOf(buildPipeline(definition, { threads }), options);
  return events.filter((event) => event.event === 'scalars');
}

/** √Σ of the squares of all tensors of a stage in a state. */
const lengthIn = (state: StateDict, place: string, minus?: StateDict): number => {
  let squares = 0;
  for (const name of ['W', 'b'].map((one) => `${place}.${one}`)) {
    const { data } = state[name] as { data: Float64Array };
    const before = minus?.[name] as { data: Float64Array } | undefined;
    for (const [i, value] of data.entries()) squares += (value - (before?.data[i] ?? 0)) ** 2;
  }
  return Math.sqrt(squares);
};

describe('which steps are measured', () => {
  const measured = (epochs: number, steps: number): number[] =>
    Array.from({ length: epochs * steps }, (_, i) => i + 1).filter((step) =>
      isMeasured({ epoch: Math.ceil(step / steps), step, steps }, epochs),
    );

  it.each([
    [20, 600, 200],
    [1, 60_000, 200],
    [3, 600, 201],
    [100, 8, 200],
    [150, 7, 150],
    [200, 600, 200],
    [201, 3, 200],
    [1000, 7, 200],
  ])('of %i epochs of %i steps: %i, evenly', (epochs, steps, count) => {
    const all = measured(epochs, steps);
    expect(all).toHaveLength(count);
    expect(all.at(-1)).toBe(epochs * steps);
    const gaps = all.map((step, i) => step - (all[i - 1] ?? 0));
    const whole = epochs > 200 ? steps : 1; // from one epoch's end to another's
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(whole);
  });

  it('the last step of each epoch among them', () => {
    for (const epochs of [1, 3, 7, 120, 200]) {
      const ends = Array.from({ length: epochs }, (_, i) => (i + 1) * 11);
      expect(measured(epochs, 11)).toEqual(expect.arrayContaining(ends));
    }
  });

  it('all, where there are few', () => {
    expect(measured(2, 4)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(measured(5, 1)).toEqual([1, 2, 3, 4, 5]);
    expect(measured(1, 1)).toEqual([1]);
  });
});

describe('scalars', () => {
  it.each(['typescript', 'wasm'] as const)('are what the weights of each step say: %s', async (backend) => {
    const states: StateDict[] = [];
    const definition: PipelineDefinition = { ...tiny, backend, dtype: 'float64' };
    const events = await scalarsOf(definition, {
      everyStep: true,
      betweenSteps: (at) => void states.push(at.checkpoint().state),
    });
    const steps = states.toSpliced(5, 1); // the second epoch begins where the first one ended
    expect(events.map(({ epoch, step }) => [epoch, step])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((step) => [step > 4 ? 2 : 1, step]),
    );
    for (const { step, layers, learningRate } of events) {
      expect(learningRate).toBe(0.5);
      expect(layers.map(({ at, name }) => [at, name])).toEqual([
        ['network.0', 'dense'],
        ['network.2', 'dense'],
      ]);
      for (const { at, weights, gradient, update } of layers) {
        const moved = lengthIn(steps[step], at, steps[step - 1]);
        expect(weights).toBe(Number(lengthIn(steps[step], at).toPrecision(6)));
        expect(update).toBe(Number(moved.toPrecision(6)));
        expect(gradient).toBeCloseTo(moved / 0.5, 5);
      }
    }
  });

  it('have the loss of their step, and come behind it', async () => {
    const events = await eventsOf(buildPipeline(tiny), { everyStep: true });
    const names = Array(4).fill(['step', 'scalars']).flat();
    expect(events.map(({ event }) => event)).toEqual(['start', ...names, 'epoch', ...names, 'epoch', 'end']);
    for (const [i, event] of events.entries()) {
      if (event.event !== 'scalars') continue;
      const { epoch, step, loss, runId } = event;
      expect(events[i - 1]).toEqual({ event: 'step', runId, epoch, step, loss });
    }
  });

  it('are the same from gradients that no kernel has written, whichever back end computes', async () => {
    const [wasm, textbook] = [await scalarsOf(tiny), await scalarsOf({ ...tiny, backend: 'typescript' })];
    for (const [i, { layers }] of wasm.entries()) {
      for (const [k, { gradient, update, weights }] of layers.entries()) {
        const expected = textbook[i].layers[k];
        expect(gradient).toBeCloseTo(Number(expected.gradient), 4);
        expect(update).toBeCloseTo(expected.update, 4);
        expect(weights).toBeCloseTo(expected.weights, 4);
      }
    }
  });

  const wide = [dense({ units: 70 }), relu(), dense({ units: 10 })];
  it.each<[string, Partial<PipelineDefinition>]>([
    ['sgd', {}],
    ['sgd, clipped', { train: [...learn, sgd({ learningRate: 0.5, clipNorm: 0.1, weightDecay: 0.01 })] }],
    ['adam', { train: [...learn, adam()] }],
    ['averages', { train: [...learn, momentum({ learningRate: 0.1 }), averageWeights({ decay: 0.9 })] }],
    ['float64', { dtype: 'float64' }],
    ['the textbook', { backend: 'typescript' }],
    ['batchNorm in a block', { network: [residual({ stages: [batchNorm(), relu()] }), dense({ units: 10 })] }],
    ['a wide layer', { network: wide }],
  ])('leave the weights as they are, to the bit, and are the same with any number of threads: %s', async (_, more) => {
    const [one, two, without] = [
      await eventsOf(buildPipeline({ ...tiny, ...more, threads: 1 }, { threads })),
      await eventsOf(buildPipeline({ ...tiny, ...more, threads: 2 }, { threads })),
      await eventsOf(buildPipeline({ ...tiny, ...more, threads: 2 }, { threads }), { scalars: false }),
    ];
    const weightsOf = (events: typeof one) => events.flatMap((event) => (event.event === 'end' ? event.weights : []));
    const scalarsIn = (events: typeof one) => events.filter(({ event }) => event === 'scalars');
    expect(weightsOf(one)).toEqual(weightsOf(without));
    expect(weightsOf(two)).toEqual(weightsOf(without));
    expect(scalarsIn(one)).toHaveLength(8);
    expect(scalarsIn(one)).toEqual(scalarsIn(two));
    expect(scalarsIn(without)).toEqual([]);
  });

  it('say the learning rate of the step, as warm-up and schedule made it', async () => {
    const train = [...learn, adam({ learningRate: 0.08, warmUp: 2, schedule: 'cosine' })];
    const rates = (await scalarsOf({ ...tiny, train })).map(({ learningRate }) => Number(learningRate) / 0.08);
    const falling = [0, 1, 2, 3, 4, 5].map((n) => (1 + Math.cos((Math.PI * n) / 6)) / 2);
    for (const [i, expected] of [0.5, 1, ...falling].entries()) expect(rates[i]).toBeCloseTo(expected);
  });

  it('say none where the optimizer does not', async () => {
    const mine = stage({
      name: 'mine',
      summary: 'W = W - 0.1 dW',
      family: 'optimizers',
      from: 'step',
      to: 'step',
      options: noOptions,
      example: 'mine',
      build: (_, input, { parameters }) => ({
        output: input,
        operator: tap(() => {
          for (const { value, gradient } of parameters) {
            const [to, from] = [value.data, gradient.data];
            for (let i = 0; i < to.length; i++) to[i] -= 0.1 * from[i];
          }
        }),
      }),
    });
    for (const event of await scalarsOf({ ...tiny, train: [...learn, mine()] })) {
      expect(event).not.toHaveProperty('learningRate');
      for (const { gradient, update } of event.layers) expect(update).toBeCloseTo(0.1 * Number(gradient), 4);
    }
  });

  it('have the gradient of a frozen layer, which does not move', async () => {
    const network = [dense({ units: 12, freeze: true }), relu(), dense({ units: 10 })];
    for (const { layers } of await scalarsOf({ ...tiny, network })) {
      expect(layers[0].update).toBe(0);
      expect(layers[0].gradient).toBeGreaterThan(0);
      expect(layers[1].update).toBeGreaterThan(0);
    }
  });

  it('have no gradient where nothing goes back, and no update', async () => {
    const train = [batch({ size: 20 }), forward(), softmaxCrossEntropy()];
    const events = await scalarsOf({ ...tiny, train });
    expect(events).toHaveLength(4);
    for (const { layers } of events) {
      for (const layer of layers) {
        expect(layer).not.toHaveProperty('gradient');
        expect(layer.update).toBe(0);
        expect(layer.weights).toBeGreaterThan(0);
      }
    }
  });

  it('name the stages that a block holds by their places, and none without parameters', async () => {
    const block = residual({ stages: [dense({ units: 12 }), relu(), dense({ units: 12 })] });
    const network = [dense({ units: 12 }), block, dense({ units: 10 })];
    const train = [...learn, sgd({ learningRate: 0.01 })];
    const [{ layers }] = await scalarsOf({ ...tiny, network, train });
    expect(layers.map(({ at }) => at)).toEqual(['network.0', 'network.1.0', 'network.1.2', 'network.2']);
  });

  it('are of the weights under way, not of their averages', async () => {
    const plain = await scalarsOf(tiny);
    const averaged = await scalarsOf({ ...tiny, train: [...tiny.train, averageWeights({ decay: 'equal' })] });
    expect(averaged).toEqual(plain);
  });

  it('end with a run that is unsubscribed from', async () => {
    const seen = await lastValueFrom(run(buildPipeline(tiny), { scalars: true }).pipe(take(3), toArray()));
    expect(seen.map(({ event }) => event)).toEqual(['start', 'scalars', 'scalars']);
  });
});
