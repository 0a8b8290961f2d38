import { defer, firstValueFrom, lastValueFrom, of, repeat, retry, type Subscription, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clock } from '../../../src/core/clock.js';
import { RunError } from '../../../src/core/errors.js';
import { networkStage } from '../../../src/core/families/network.js';
import type { Examples, SourceSplit } from '../../../src/core/kinds.js';
import { modelOf } from '../../../src/core/model/model.js';
import type { Samples } from '../../../src/core/model/samples.js';
import { buildPipeline, type Pipeline, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import type { EndEvent, PipelineEvent, StepEvent } from '../../../src/core/run/events.js';
import { type RunOptions, run } from '../../../src/core/run/run.js';
import { digestOf } from '../../../src/core/run/weights-digest.js';
import { noOptions, stage } from '../../../src/core/stage.js';
import { sizeOf } from '../../../src/core/tensor.js';
import {
  accuracy,
  backward,
  batch,
  confusionMatrix,
  dense,
  digits,
  drawBatch,
  forward,
  mean,
  normalize,
  oneHot,
  sgd,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';
import { buildText, sectionOf, TINY, tinyWith } from '../../tiny-pipeline.js';

const eventsOf = (pipeline: Pipeline, options?: RunOptions): Promise<PipelineEvent[]> =>
  lastValueFrom(run(pipeline, options).pipe(toArray()));

/** Without those that depend on how fast the machine is. */
const steady = (events: PipelineEvent[]): PipelineEvent[] => events.filter(({ event }) => event !== 'progress');

const stepsOf = (events: PipelineEvent[]): StepEvent[] => events.filter((event) => event.event === 'step');

const endOf = (events: PipelineEvent[]): EndEvent => {
  const last = events.at(-1);
  return last?.event === 'end' ? last : expect.fail('the run did not end with an end');
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the events of a run', () => {
  const data = { source: 'digits', train: 200, test: 50, scaling: { mean: 0, std: 255 } };

  it('come in order, in their exact shapes', async () => {
    const events = steady(await eventsOf(buildText(TINY)));
    const number = expect.any(Number);
    const metrics = { train: { loss: number }, test: { loss: number, accuracy: number } };
    const [{ runId }] = events;
    const epoch = { event: 'epoch', runId, ...metrics, seconds: number, samplesPerSecond: number };
    expect(events).toStrictEqual([
      { event: 'start', runId, name: 'tiny', seed: 1, epochs: 2, dtype: 'float32', parameters: 6370, data },
      { ...epoch, epoch: 1, step: 10 },
      { ...epoch, epoch: 2, step: 20 },
      {
        event: 'end',
        runId,
        status: 'completed',
        epochs: 2,
        steps: 20,
        ...metrics,
        accuracyByClass: Array(10).fill(number),
        data,
        seconds: number,
        weights: expect.stringMatching(DIGEST),
      },
    ]);
  });

  it('carry the name of their run, each run another unless it is given one', async () => {
    const namesIn = (events: PipelineEvent[]) => [...new Set(events.map(({ runId }) => runId))];
    const [first, second] = [await eventsOf(buildText(TINY), { everyStep: true }), await eventsOf(buildText(TINY))];
    expect(namesIn([...first, ...second])).toEqual([first[0].runId, second[0].runId]);
    expect(first[0].runId).not.toBe(second[0].runId);
    expect(namesIn(await eventsOf(buildText(TINY), { runId: 'mine' }))).toEqual(['mine']);
  });

  it('are what JSON can say', async () => {
    const events = await eventsOf(buildText(TINY), { everyStep: true });
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it('end with the metrics of the last epoch', async () => {
    const events = steady(await eventsOf(buildText(TINY)));
    const { train, test } = endOf(events);
    expect(events.at(-2)).toMatchObject({ event: 'epoch', epoch: 2, train, test });
  });

  it('tell of every step when asked to', async () => {
    const events = steady(await eventsOf(buildText(TINY), { everyStep: true }));
    const names = ['start', ...Array(10).fill('step'), 'epoch', ...Array(10).fill('step'), 'epoch', 'end'];
    expect(events.map(({ event }) => event)).toEqual(names);
    const places = stepsOf(events).map(({ epoch, step }) => [epoch, step]);
    expect(places).toEqual(Array.from({ length: 20 }, (_, i) => [i < 10 ? 1 : 2, i + 1]));
    expect(stepsOf(events)[0]).toStrictEqual({
      event: 'step',
      runId: expect.any(String),
      epoch: 1,
      step: 1,
      loss: expect.any(Number),
    });
  });

  it('tell the progress of the whole run every 100 ms', async () => {
    let now = 0;
    vi.spyOn(clock, 'now').mockImplementation(() => now);
    const slowLayer = layerThat(() => {
      now += 30;
    });
    const pipeline = buildPipeline(
      plain({ epochs: 2, network: [slowLayer, dense({ units: 10 })], train: trainBy(20) }),
    );
    const progress = (await eventsOf(pipeline)).filter(({ event }) => event === 'progress');
    const told = { event: 'progress', runId: expect.any(String), steps: 20, loss: expect.any(Number) };
    expect(progress).toStrictEqual([
      { ...told, epoch: 1, step: 4, samplesPerSecond: Math.round(80 / 0.12) },
      { ...told, epoch: 1, step: 8, samplesPerSecond: Math.round(160 / 0.24) },
      { ...told, epoch: 2, step: 14, samplesPerSecond: Math.round(80 / 0.12) },
      { ...told, epoch: 2, step: 18, samplesPerSecond: Math.round(160 / 0.24) },
    ]);
  });

  it('do without a test section', async () => {
    const events = steady(await eventsOf(buildText(tinyWith(sectionOf('test'), ''))));
    const [start, epoch] = events;
    expect(start).toMatchObject({ data: { train: 200 } });
    expect(start).not.toHaveProperty('data.test');
    expect(epoch).not.toHaveProperty('test');
    const end = endOf(events);
    for (const absent of ['test', 'accuracyByClass', 'confusionMatrix', 'data.test']) {
      expect(end).not.toHaveProperty(absent);
    }
  });

  it('end with the confusion matrix where one was asked for', async () => {
    const end = endOf(await eventsOf(buildText(`${TINY}  - confusionMatrix\n`)));
    expect(end.confusionMatrix).toHaveLength(10);
    expect(end.confusionMatrix?.flat().reduce((sum, count) => sum + count)).toBe(50);
    const right = end.confusionMatrix?.reduce((sum, row, i) => sum + row[i], 0) ?? 0;
    expect(right / 50).toBeCloseTo(end.test?.accuracy ?? Number.NaN);
  });

  it('have no numbers where no metric stands', async () => {
    const text = tinyWith('  - mean: { of: loss }\n', '');
    expect(endOf(await eventsOf(buildText(text))).train).toEqual({});
  });
});

/** Everything that learns, with batches of this size. */
const trainBy = (size: number) => [
  batch({ size }),
  forward(),
  softmaxCrossEntropy(),
  backward(),
  sgd({ learningRate: 0.1 }),
  mean({ of: 'loss' }),
];

const testBy = (size: number) => [batch({ size }), forward(), softmaxCrossEntropy(), mean({ of: 'loss' }), accuracy()];

/** One dense layer over digits, in order, so that every number can be computed again. */
const plain = (change: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  seed: 3,
  data: [digits({ train: 200, test: 50 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 10 })],
  train: trainBy(60),
  test: [...testBy(30), confusionMatrix()],
  ...change,
});

describe('the numbers of a run', () => {
  it('weigh each batch by its size', async () => {
    const events = await eventsOf(buildPipeline(plain()), { everyStep: true });
    const losses = stepsOf(events).map(({ loss }) => loss);
    const sizes = [60, 60, 60, 20];
    expect(losses).toHaveLength(sizes.length);
    const weighted = losses.reduce((sum, loss, i) => sum + loss * sizes[i], 0) / 200;
    expect(endOf(events).train.loss).toBeCloseTo(weighted, 12);
    expect(weighted).not.toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 4, 6);
  });

  it('tell the loss of a step from before its update', async () => {
    const whole = batch({ size: 200 });
    const learning = plain({
      dtype: 'float64',
      epochs: 2,
      train: [whole, forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
    });
    const still = { ...learning, train: [whole, forward(), softmaxCrossEntropy()] };
    const [first, second] = stepsOf(await eventsOf(buildPipeline(learning), { everyStep: true }));
    const [untouched] = stepsOf(await eventsOf(buildPipeline(still), { everyStep: true }));
    expect(first.loss).toBe(untouched.loss);
    expect(second.loss).toBeLessThan(first.loss);
  });

  it('do not depend on the size of a test batch', async () => {
    const testWith = (size: number) => plain({ dtype: 'float64', test: testBy(size) });
    const [small, large] = await Promise.all([7, 50].map((size) => eventsOf(buildPipeline(testWith(size)))));
    expect(endOf(small).test?.accuracy).toBe(endOf(large).test?.accuracy);
    expect(endOf(small).test?.loss).toBeCloseTo(endOf(large).test?.loss ?? Number.NaN, 12);
    expect(endOf(small).weights).toBe(endOf(large).weights);
  });

  it('learn: the loss falls and the accuracy beats guessing', async () => {
    const events = await eventsOf(buildPipeline(plain({ epochs: 15 })));
    const epochs = events.filter(({ event }) => event === 'epoch');
    expect(endOf(events).train.loss).toBeLessThan((epochs[0] as unknown as EndEvent).train.loss / 2);
    expect(endOf(events).test?.accuracy).toBeGreaterThan(0.3);
  });

  it('stay the same for the same seed, and change with it', async () => {
    const digest = async (seed: number) => endOf(await eventsOf(buildPipeline(plain({ seed })))).weights;
    expect(await digest(3)).toBe(await digest(3));
    expect(await digest(4)).not.toBe(await digest(3));
  });

  it('stay the same whether steps are told or not', async () => {
    const quiet = endOf(await eventsOf(buildPipeline(plain())));
    const loud = endOf(await eventsOf(buildPipeline(plain()), { everyStep: true }));
    expect(loud.weights).toBe(quiet.weights);
  });

  it('are near to each other in float32 and float64, and not the same', async () => {
    const end = async (dtype: 'float32' | 'float64') => endOf(await eventsOf(buildPipeline(plain({ dtype }))));
    const [single, double] = [await end('float32'), await end('float64')];
    expect(single.train.loss).toBeCloseTo(double.train.loss, 4);
    expect(single.train.loss).not.toBe(double.train.loss);
    expect(single.weights).not.toBe(double.weights);
  });

  it('count the steps of drawn batches', async () => {
    const train = [drawBatch({ size: 10, steps: 4 }), forward(), softmaxCrossEntropy(), backward()];
    expect(endOf(await eventsOf(buildPipeline(plain({ epochs: 3, train })))).steps).toBe(12);
  });
});

/** A layer that changes nothing, and does something at each batch. */
const layerThat = (act: (batches: number) => void) => {
  let batches = 0;
  return networkStage({
    name: 'watched',
    summary: '',
    options: noOptions,
    example: 'watched',
    build: (_, { shape }) => ({
      output: shape,
      forward(x) {
        batches += 1;
        act(batches);
        return [x, (dx) => dx];
      },
    }),
  })();
};

describe('a run that fails', () => {
  it('does not learn on when the loss is no number', async () => {
    let batches = 0;
    const watched = layerThat((count) => {
      batches = count;
    });
    const wild = [batch({ size: 20 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 1e38 })];
    const pipeline = buildPipeline(plain({ network: [watched, dense({ units: 10 })], train: wild }));
    const error = await eventsOf(pipeline).catch((thrown) => thrown);
    await turns(5);
    expect(error.message).toContain(`at epoch 1, step ${batches}: `);
  });

  it('says where the loss stopped being a number', async () => {
    const text = tinyWith('learningRate: 0.1', 'learningRate: 1e30');
    const error = await eventsOf(buildText(text)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RunError);
    expect(error.exitCode).toBe(1);
    expect(error.message).toMatch(
      /^tiny.yaml:\d+:5: dense: the loss became (NaN|Infinity) at epoch 1, step [2-9]: .*training has diverged; try a smaller learningRate$/,
    );
  });

  it('ends with what a stage threw, and works no further', async () => {
    const bug = new TypeError('a bug');
    let batches = 0;
    const watched = layerThat((count) => {
      batches = count;
      if (count === 3) throw bug;
    });
    const pipeline = buildPipeline(plain({ epochs: 5, network: [watched, dense({ units: 10 })] }));
    await expect(eventsOf(pipeline)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^network\[0\]: watched: its forward failed, by an error in the code of this stage at .*run\.test\.ts:\d+: a bug$/,
      ),
      exitCode: 1,
      cause: bug,
    });
    await turns(5);
    expect(batches).toBe(3);
  });

  it('ends with what the source threw', async () => {
    const bug = new Error('no data');
    const broken = stage({
      ...digits.definition,
      build: () => ({
        output: { kind: 'examples', shape: [4], classes: undefined },
        operator: () => {
          throw bug;
        },
      }),
    });
    await expect(eventsOf(buildPipeline(plain({ data: [broken(), oneHot({ classes: 10 })] })))).rejects.toBe(bug);
  });

  it('refuses labels that are no classes', async () => {
    // digits says that it has ten classes, and fewer are refused before anything runs; this source does not say
    const silent = stage({
      ...digits.definition,
      build(options, input, context) {
        const built = digits(options).build(input, context);
        const { labels: _, ...output } = built.output;
        return { ...built, output };
      },
    });
    const wrong = { data: [silent({ train: 50, test: 50 }), oneHot({ classes: 9 })], network: [dense({ units: 9 })] };
    await expect(eventsOf(buildPipeline(plain(wrong)))).rejects.toThrow(
      'found the label 9 at sample 9, expected 0 to 8; give oneHot more classes, or mend the file',
    );
  });
});

describe('a second run of a pipeline', () => {
  const refused = new RunError(
    'this pipeline has run before, and a run goes on from what it has learned: build one for each run, ' +
      'as in defer(() => run(buildPipeline(definition)))',
  );

  it('is refused, and what was learned stays as it is', async () => {
    const pipeline = buildPipeline(plain());
    const events = run(pipeline);
    const { weights, data } = endOf(await lastValueFrom(events.pipe(toArray())));
    const network = modelOf(pipeline, { data: data });
    const digit = new Uint8Array(784).fill(9);
    const { outputs } = await network.predict(digit);
    await expect(lastValueFrom(events)).rejects.toThrow(refused);
    await expect(lastValueFrom(run(pipeline))).rejects.toThrow(refused);
    await expect(lastValueFrom(run({ ...pipeline, epochs: 9 }))).rejects.toThrow(refused);
    expect(await digestOf(network.parameters)).toBe(weights);
    expect((await network.predict(digit)).outputs).toEqual(outputs);
  });

  it('is refused while the first goes on', async () => {
    const events = run(buildPipeline(plain({ epochs: 3 })));
    const [first, second] = await Promise.allSettled([lastValueFrom(events), lastValueFrom(events)]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { event: 'end', epochs: 3 } });
    expect(second).toMatchObject({ status: 'rejected', reason: refused });
  });

  it('is refused to retry, which would go on from weights that have failed', async () => {
    const broken = layerThat((batches) => {
      if (batches === 3) throw new TypeError('a bug');
    });
    const events = run(buildPipeline(plain({ network: [broken, dense({ units: 10 })] })));
    await expect(lastValueFrom(events.pipe(retry(1)))).rejects.toThrow(refused);
  });

  it('is the first one of a pipeline that is built for each', async () => {
    const definition = plain({ epochs: 2 });
    const events = defer(() => run(buildPipeline(definition))).pipe(repeat(2), toArray());
    const ends = (await lastValueFrom(events)).filter((event) => event.event === 'end');
    expect(ends.map(({ weights }) => weights)).toEqual(Array(2).fill(ends[0].weights));
  });
});

/** Turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a run and the rest of the program', () => {
  it('reads no data and draws nothing before it is subscribed to', async () => {
    let batches = 0;
    const watched = layerThat((count) => {
      batches = count;
    });
    const events = run(buildPipeline(plain({ network: [watched, dense({ units: 10 })] })));
    await turns(5);
    expect(batches).toBe(0);
    await lastValueFrom(events);
    expect(batches).toBe(6);
  });

  it('stops at the next batch when unsubscribed from', async () => {
    let batches = 0;
    let subscription: Subscription | undefined;
    const watched = layerThat((count) => {
      batches = count;
      if (count === 7) subscription?.unsubscribe();
    });
    const events = run(buildPipeline(plain({ epochs: 10, network: [watched, dense({ units: 10 })] })));
    await new Promise<void>((resolve) => {
      subscription = events.subscribe();
      subscription.add(resolve);
    });
    await turns(20);
    expect(batches).toBe(7);
  });

  it('leaves turns to timers within an epoch', async () => {
    let fired = 0;
    const timer = setInterval(() => {
      fired += 1;
    }, 1);
    const train = [drawBatch({ size: 50, steps: 4000 }), forward(), softmaxCrossEntropy(), backward()];
    await eventsOf(buildPipeline(plain({ train })));
    clearInterval(timer);
    expect(fired).toBeGreaterThan(3);
  });

  it('leaves turns between many tiny epochs', async () => {
    let turnsTaken = 0;
    let running = true;
    const count = () => {
      turnsTaken += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await eventsOf(
      buildPipeline(plain({ epochs: 40, data: [digits({ train: 1, test: 1 }), oneHot({ classes: 10 })] })),
    );
    running = false;
    expect(turnsTaken).toBeGreaterThanOrEqual(40);
  });
});

/** As `predict` takes them. */
const all = ({ shape, features }: Examples): Samples => ({
  shape: [features.length / sizeOf(shape), ...shape],
  data: features,
});

describe('a trained network', () => {
  const predictor = async (change: Partial<PipelineDefinition> = {}) => {
    const pipeline = buildPipeline(plain({ epochs: 5, ...change }));
    const end = endOf(await eventsOf(pipeline));
    // The test digits once more: the same seed draws them, after the training digits, from the same stream.
    const [, test] = await lastValueFrom(
      of<SourceSplit[]>('train', 'test').pipe(buildPipeline(plain()).data, toArray()),
    );
    return { end, test: test as Examples, network: modelOf(pipeline, { data: end.data }) };
  };

  it('is as accurate as was reported', async () => {
    const { end, test, network } = await predictor();
    const { classes } = await network.predict(all(test));
    const right = classes.filter((predicted, i) => predicted === test.labels?.[i]).length;
    expect(right / 50).toBe(end.test?.accuracy);
    expect(right).toBeGreaterThan(5);
  });

  it('scales features as the training data was scaled', async () => {
    const { test, network } = await predictor({ dtype: 'float64' });
    const [W, b] = network.parameters.map(({ value }) => value.data);
    const pixels = [...test.features.subarray(0, 784)];
    const expected = [...b].map((bias, j) =>
      pixels.reduce((sum, pixel, i) => sum + (pixel / 255) * W[i * 10 + j], bias),
    );
    const { outputs } = await network.predict(pixels);
    expected.forEach((value, j) => {
      expect(outputs.data[j]).toBeCloseTo(value, 10);
    });
  });

  it('answers many who ask at the same time, each with its own', async () => {
    const { test, network } = await predictor();
    const digit = (i: number) => test.features.subarray(i * 784, (i + 1) * 784);
    const positions = [...Array(20).keys()];
    const together = await Promise.all(positions.map((i) => network.predict(digit(i))));
    for (const i of positions) {
      expect([...together[i].outputs.data]).toEqual([...(await network.predict(digit(i))).outputs.data]);
    }
  });

  it('says the same one by one as of all at once', async () => {
    const { test, network } = await predictor();
    const together = await network.predict(all(test));
    const single: number[] = [];
    for (let i = 0; i < 50; i++) {
      const { classes } = await network.predict(test.features.subarray(i * 784, (i + 1) * 784));
      single.push(...classes);
    }
    expect(single).toEqual(together.classes);
    expect(together.outputs.shape).toEqual([50, 10]);
  });

  it('keeps earlier outputs when asked again', async () => {
    const { test, network } = await predictor();
    const first = await network.predict(test.features.subarray(0, 784));
    const kept = [...first.outputs.data];
    await network.predict(test.features.subarray(784, 2 * 784));
    expect([...first.outputs.data]).toEqual(kept);
  });

  it('takes more samples than a batch holds', async () => {
    const { end, test, network } = await predictor({ train: trainBy(20), test: testBy(20) });
    const { classes } = await network.predict(all(test));
    expect(classes.filter((predicted, i) => predicted === test.labels?.[i]).length / 50).toBe(end.test?.accuracy);
  });

  it('takes samples one by one, in a list, or with their shape', async () => {
    const { test, network } = await predictor();
    const digit = (i: number) => test.features.subarray(i * 784, (i + 1) * 784);
    const data = test.features.subarray(0, 2 * 784);
    const { outputs } = await network.predict({ shape: [2, 28, 28], data });
    expect(outputs.shape).toEqual([2, 10]);
    const ways = [{ shape: [2, 784], data }, [digit(0), digit(1)], [[...digit(0)], digit(1)]];
    for (const samples of ways) expect((await network.predict(samples)).outputs).toEqual(outputs);
    expect((await network.predict({ shape: [0, 28, 28], data: [] })).outputs.shape).toEqual([0, 10]);
  });

  it('takes plain arrays, and none', async () => {
    const { test, network } = await predictor();
    const { classes } = await network.predict(Array.from(test.features.subarray(0, 784)));
    expect(classes).toEqual((await network.predict(all(test))).classes.slice(0, 1));
    expect((await network.predict([])).classes).toEqual([]);
  });

  it('refuses samples of another size, and what does not say how many they are', async () => {
    const { network } = await predictor();
    const one = 'expected the 784 of one sample [28, 28]';
    const several =
      'several samples are given as a list, [first, second], or with their shape, { shape: [n, 28, 28], data }';
    const digit = new Uint8Array(784);
    const cases: readonly (readonly [samples: unknown, problem: string])[] = [
      [new Uint8Array(785), `found 785 numbers, ${one}; ${several}`],
      // a picture of 112 x 112, and two of 28 x 28, are both whole samples
      [new Uint8Array(112 * 112), `found 12544 numbers, ${one}; ${several}`],
      [new Array(2 * 784).fill(0), `found 1568 numbers, ${one}; ${several}`],
      [new Uint8Array(), `found 0 numbers, ${one}; ${several}`],
      [[digit, new Uint8Array(112 * 112)], `found 12544 numbers for sample 1, ${one}`],
      [[[1]], `found 1 number for sample 0, ${one}`],
      [[digit, undefined], `found nothing for sample 1, ${one}`],
      [[digit, 7], `found 7 for sample 1, ${one}`],
      [
        { shape: [1, 112, 112], data: new Uint8Array(112 * 112) },
        'found samples of the shape [1, 112, 112], expected [n, 28, 28]',
      ],
      [{ shape: [28, 28], data: digit }, 'found samples of the shape [28, 28], expected [n, 28, 28]'],
      [{ shape: [0.5, 28, 28], data: digit }, 'found samples of the shape [0.5, 28, 28], expected [n, 28, 28]'],
      [{ shape: [2, 28, 28], data: digit }, 'found 784 numbers, expected 1568 for the shape [2, 28, 28]'],
    ];
    for (const [samples, problem] of cases) {
      await expect(network.predict(samples as Samples)).rejects.toThrow(new RangeError(`predict: ${problem}`));
    }
  });

  it('has the parameters by name', async () => {
    const { network } = await predictor();
    expect(network.parameters.map(({ name }) => name)).toEqual(['network.0.W', 'network.0.b']);
  });
});

it('a run hands on its first event before the first batch', async () => {
  const watched = layerThat(() => expect.fail('a batch came first'));
  const pipeline = buildPipeline(plain({ network: [watched, dense({ units: 10 })] }));
  expect(await firstValueFrom(run(pipeline))).toMatchObject({ event: 'start' });
});
