/** A run with a `validation:` section: it follows each epoch, and the test waits for the end. */
import { filter, lastValueFrom, map, of, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RunError } from '../../../src/core/errors.js';
import { checkGradients } from '../../../src/core/inspect/gradient-check.js';
import { traceSample } from '../../../src/core/inspect/trace.js';
import type { Examples, SourceSplit } from '../../../src/core/kinds.js';
import { modelOf } from '../../../src/core/model/model.js';
import { placeOf } from '../../../src/core/pipeline/assembly.js';
import { buildPipeline, type Pipeline } from '../../../src/core/pipeline/pipeline.js';
import type { Checkpoint } from '../../../src/core/run/checkpoint.js';
import type { EndEvent, PipelineEvent } from '../../../src/core/run/events.js';
import { type RunOptions, run } from '../../../src/core/run/run.js';
import { noOptions, stage } from '../../../src/core/stage.js';
import { sizeOf } from '../../../src/core/tensor.js';
import { buildText, refusalOf, resolveText, TINY, tinyWith, VALIDATED } from '../../tiny-pipeline.js';

const eventsOf = (pipeline: Pipeline, options?: RunOptions): Promise<PipelineEvent[]> =>
  lastValueFrom(run(pipeline, options).pipe(toArray()));

const endOf = async (pipeline: Pipeline, options?: RunOptions): Promise<EndEvent> =>
  (await eventsOf(pipeline, options)).at(-1) as EndEvent;

/** What a data set is after a pipeline's data: section. */
const dataOf = (pipeline: Pipeline): Promise<Examples[]> =>
  lastValueFrom(of<SourceSplit[]>('train', 'test').pipe(pipeline.data, toArray()));

const withoutTest = VALIDATED.replace(/^test:[\s\S]*/m, '');

describe('the events of a run with a validation', () => {
  const data = { source: 'digits', train: 180, validation: 20, test: 50, scaling: { mean: 0, std: 255 } };
  const number = expect.any(Number);

  it('tell of the validation after each epoch, and of the test at the end', async () => {
    const events = (await eventsOf(buildText(VALIDATED))).filter(({ event }) => event !== 'progress');
    const judged = { loss: number, accuracy: number };
    const metrics = { train: { loss: number }, validation: judged };
    const [{ runId }] = events;
    const epoch = { event: 'epoch', runId, ...metrics, seconds: number, samplesPerSecond: number };
    expect(events).toStrictEqual([
      { event: 'start', runId, name: 'tiny', seed: 1, epochs: 2, dtype: 'float32', parameters: 6370, data },
      { ...epoch, epoch: 1, step: 9 },
      { ...epoch, epoch: 2, step: 18 },
      {
        event: 'end',
        runId,
        status: 'completed',
        epochs: 2,
        steps: 18,
        ...metrics,
        test: judged,
        accuracyByClass: Array(10).fill(number),
        data,
        seconds: number,
        weights: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    ]);
    const { train, validation } = events.at(-1) as EndEvent;
    expect(events.at(-2)).toMatchObject({ event: 'epoch', epoch: 2, train, validation });
  });

  it('do without a test section: then the end tells of the validation by class', async () => {
    const pipeline = buildText(withoutTest);
    const events = await eventsOf(pipeline);
    const { test: _, ...untested } = data;
    expect(events[0]).toMatchObject({ data: untested });
    const end = events.at(-1) as EndEvent;
    expect(end).not.toHaveProperty('test');
    expect(end.data).not.toHaveProperty('test');
    expect(end.accuracyByClass).toHaveLength(10);
  });

  it('tell by class of the test where there is one', async () => {
    const { accuracyByClass = [], test } = await endOf(buildText(VALIDATED)); // five test examples a class
    const mean = accuracyByClass.reduce((sum, share) => sum + share, 0) / 10;
    expect(mean).toBeCloseTo(test?.accuracy ?? Number.NaN, 12);
  });
});

describe('a run with a validation', () => {
  it('sends train and validation through once an epoch, and test once, last', async () => {
    const log: string[] = [];
    const { definition } = resolveText(VALIDATED);
    const pipeline = buildPipeline(definition, {
      instrument: (operator, row) => (source) =>
        operator(source).pipe(
          tap((value) => {
            if (row.output.kind !== 'metric' || typeof value !== 'object') return;
            log.push(`${placeOf(row)} of epoch ${value.epoch}`);
          }),
        ),
    });
    await eventsOf(pipeline);
    expect(log).toEqual([
      'train.5 of epoch 1',
      'validation.3 of epoch 1',
      'validation.4 of epoch 1',
      'train.5 of epoch 2',
      'validation.3 of epoch 2',
      'validation.4 of epoch 2',
      'test.3 of epoch 2',
      'test.4 of epoch 2',
    ]);
  });

  it('tests the weights that are there at the end', async () => {
    const pipeline = buildText(VALIDATED);
    const { test, data } = await endOf(pipeline);
    const examples = (await dataOf(buildText(VALIDATED))).find(({ split }) => split === 'test');
    if (examples === undefined) expect.fail('no test examples');
    const { features, labels, shape } = examples;
    const { classes } = await modelOf(pipeline, { data: data }).predict({
      shape: [features.length / sizeOf(shape), ...shape],
      data: features,
    });
    const right = classes.filter((label, i) => label === labels?.[i]).length;
    expect(test?.accuracy).toBe(right / classes.length);
  });

  it('learns exactly what it would if the held-out examples did not exist', async () => {
    const kept = (await dataOf(buildText(VALIDATED))).filter(({ split }) => split !== 'validation');
    const source = stage({
      name: 'kept',
      summary: 'What was not held out',
      family: 'sources',
      from: 'split',
      to: 'examples',
      options: noOptions,
      example: 'kept',
      build: () => ({
        output: { kind: 'examples', shape: [28, 28], classes: 10 },
        operator: map((split: SourceSplit) => kept.find((one) => one.split === split) as Examples),
      }),
    });
    const { validation: _, ...definition } = resolveText(VALIDATED).definition;
    const { weights } = await endOf(buildPipeline({ ...definition, data: [source()] }));
    expect((await endOf(buildText(VALIDATED))).weights).toBe(weights);
  });

  it('ends alike when it goes on from the middle of its last epoch, and from after its last step', async () => {
    const checkpoints = new Map<number, Checkpoint>();
    const whole = await eventsOf(buildText(VALIDATED), {
      betweenSteps: (running) => checkpoints.set(running.step, running.checkpoint()),
    });
    const { seconds: _, ...end } = whole.at(-1) as EndEvent;
    for (const step of [13, 18]) {
      const from = checkpoints.get(step) ?? expect.fail(`no checkpoint after step ${step}`);
      const { seconds: _, ...resumed } = await endOf(buildText(VALIDATED), { from });
      expect(resumed).toEqual(end);
    }
  });

  it('learns something else than without holding out', async () => {
    expect((await endOf(buildText(VALIDATED))).weights).not.toBe((await endOf(buildText(TINY))).weights);
  });

  it('stops within the last test when unsubscribed from', async () => {
    const log: string[] = [];
    const { definition } = resolveText(VALIDATED);
    await new Promise<void>((resolve) => {
      const pipeline = buildPipeline(definition, {
        instrument: (operator, row) => (source) =>
          operator(source).pipe(
            tap(() => {
              if (row.section !== 'test') return;
              log.push(row.name);
              if (row.name !== 'batch') return;
              running.unsubscribe();
              resolve();
            }),
          ),
      });
      const running = run(pipeline).subscribe((event) => log.push(event.event));
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(log.filter((entry) => entry === 'batch')).toHaveLength(1);
    expect(log).not.toContain('end');
    expect(log).not.toContain('accuracy');
  });

  it('says so when a stage of data: has lost the examples of a split', async () => {
    const lose = stage({
      name: 'lose',
      summary: 'Drops validation examples',
      family: 'data',
      from: 'examples',
      to: 'examples',
      options: noOptions,
      example: 'lose',
      build: (_, input) => ({
        output: input,
        operator: filter(({ split }: Examples) => split !== 'validation'),
      }),
    });
    const { definition } = resolveText(VALIDATED);
    const lost = buildPipeline({ ...definition, data: [...definition.data, lose()] });
    const error = new RunError('validation: gets no examples; data: gives none of that split');
    await expect(eventsOf(lost)).rejects.toThrow(error);
  });

  it('plans for the largest batch of all sections', () => {
    const { network } = buildText(VALIDATED, { set: ['validation.0.batch.size=20', 'test.0.batch.size=3'] });
    expect(network.input.size).toBe(20);
    expect(buildText(VALIDATED, { set: ['validation.0.batch.size=77'] }).network.input.size).toBe(77);
  });
});

describe('what looks into a pipeline with a validation', () => {
  it('traces and checks a training example', async () => {
    const { definition } = resolveText(VALIDATED, { set: ['train.0.shuffleBatch.size=1'] });
    const [train] = await dataOf(buildText(VALIDATED));
    const events = await traceSample(definition, {}, { sample: 7 });
    expect(events.find(({ event }) => event === 'sample')).toMatchObject({ label: train.labels?.[7] });
    await expect(traceSample(definition, {}, { sample: 180 })).rejects.toThrow('it has 0 to 179');
    expect((await checkGradients(definition, {}, { parameters: 5 })).passed).toBe(true);
  });
});

describe('a wrong validation', () => {
  const refusal = (text: string) => refusalOf(() => buildText(text));

  it.each([
    [
      'without examples',
      VALIDATED.replace('  - holdOut: { validation: 20 }\n', ''),
      'tiny.yaml:20:3: there are no examples to validate on; take some from train in data:, as "holdOut: { validation: 0.1 }"',
    ],
    [
      'that is missing',
      tinyWith('- normalize', '- holdOut: { validation: 20 }\n  - normalize'),
      'tiny.yaml:6:5: holdOut takes examples from train that nothing looks at; add a validation: section, or leave it out',
    ],
    [
      'with too many examples',
      VALIDATED.replace('validation: 20', 'validation: 200'),
      'tiny.yaml:6:5: holdOut cannot take 200 of 200 training examples: some must be left to learn from; hold fewer out, or a fraction, as 0.1',
    ],
    [
      'with more examples than were taken',
      VALIDATED.replace('  - holdOut', '  - takeExamples: { count: 10 }\n  - holdOut'),
      'tiny.yaml:7:5: holdOut cannot take 20 of 10 training examples: some must be left to learn from; hold fewer out, or a fraction, as 0.1',
    ],
    [
      'twice',
      VALIDATED.replace('  - normalize', '  - holdOut: { validation: 20 }\n  - normalize'),
      'tiny.yaml:7:5: examples are held out already; one holdOut is enough',
    ],
    [
      'with an amount that is neither',
      VALIDATED.replace('validation: 20', 'validation: 1.5'),
      'tiny.yaml:6:28: holdOut: validation: expected a whole number of examples, or a fraction below 1, found 1.5',
    ],
    [
      'that learns',
      VALIDATED.replace(/(?<=validation:\n(?: .*\n){3})/, '  - backward\n'),
      'tiny.yaml:24:5: backward does not belong in validation:, it goes in train:',
    ],
    [
      'without a loss',
      VALIDATED.replace(/(?<=validation:\n(?: .*\n){2}) .*\n.*\n.*\n/, ''),
      'tiny.yaml:22:5: validation: needs a loss after forward: binaryCrossEntropy, crossEntropy, focal, huber, meanAbsoluteError, meanSquaredError, softmaxCrossEntropy',
    ],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toBe(expected);
  });
});
