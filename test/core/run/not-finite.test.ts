/** A result that is not finite is no result: the run fails, with the stage that gave it first. */
import {
  type AnyStage,
  accuracy,
  activation,
  backward,
  batch,
  buildPipeline,
  type Checkpoint,
  crossEntropy,
  DataError,
  dense,
  digits,
  type Examples,
  flip,
  forward,
  holdOut,
  metric,
  networkStage,
  noise,
  noOptions,
  normalize,
  oneHot,
  type PipelineDefinition,
  PipelineError,
  RunError,
  relu,
  run,
  runPipeline,
  type SourceSplit,
  sgd,
  shift,
  softmaxCrossEntropy,
  stage,
  stateOf,
  tanh,
  tensor,
} from 'marblenet';
import { filter, lastValueFrom, map } from 'rxjs';
import { describe, expect, it } from 'vitest';

type Changes = Partial<PipelineDefinition> & { readonly learningRate?: number; readonly judge?: AnyStage };

/** 20 digits in batches of 10, judged on 10. */
const tiny = ({ learningRate = 0.1, judge = softmaxCrossEntropy(), ...changes }: Changes): PipelineDefinition => ({
  data: [digits({ train: 20, test: 10 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 8 }), relu(), dense({ units: 10 })],
  train: [batch({ size: 10 }), forward(), judge, backward(), sgd({ learningRate })],
  test: [batch({ size: 10 }), forward(), judge, accuracy()],
  ...changes,
});

/** The error of a run, which must be one of a run. */
async function failureOf(changes: Changes): Promise<string> {
  const error = await runPipeline(tiny(changes)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunError)) expect.fail(`expected a RunError, found ${error}`);
  expect(error.exitCode).toBe(1);
  return error.message;
}

/** An activation that gives something else than finite numbers, or has such a derivative. */
const giving = (value: number, derivative = 1): AnyStage =>
  activation({ name: 'my', summary: 's', formula: () => ({ value: () => value, derivative: () => derivative }) })();

/** Gives a batch samples of NaN. */
const spoil = stage({
  name: 'spoil',
  family: 'augmentation',
  from: 'batch',
  to: 'batch',
  summary: 's',
  options: noOptions,
  example: 'spoil',
  build: (_, output) => ({
    output,
    operator: map((given) => ({ ...given, x: { ...given.x, data: given.x.data.map(() => Number.NaN) } })),
  }),
});

/** Two samples a split, of two numbers. */
const points = (changes: (split: SourceSplit) => Partial<Examples>, scale = normalize({ divisor: 1 })): Changes => ({
  data: [
    stage({
      name: 'points',
      summary: 's',
      family: 'sources',
      from: 'split',
      to: 'examples',
      options: noOptions,
      example: 'points',
      build: () => ({
        output: { kind: 'examples', shape: [2], classes: undefined, labels: { classes: 2 } },
        operator: map(
          (split: SourceSplit): Examples => ({
            split,
            epoch: 1,
            shape: [2],
            features: Float32Array.of(1, 2, 3, 4),
            labels: Uint8Array.of(0, 1),
            scaling: { mean: 0, std: 1 },
            classes: undefined,
            origin: { source: 'points' },
            ...changes(split),
          }),
        ),
      }),
    })(),
    scale,
    oneHot(),
  ],
  network: [dense({ units: 2 })],
});

describe.each(['wasm', 'typescript'] as const)('on the back end %s', (backend) => {
  it('a divergence in the last step, which only the test sees, fails', async () => {
    const train = tiny({}).train.map((one, i) => (i === 0 ? batch({ size: 20 }) : one));
    const problem = await failureOf({ backend, train: [...train.slice(0, -1), sgd({ learningRate: 1e30 })] });
    expect(problem).toMatch(/^network\[\d\]: dense: test, epoch 1, step 1: /);
    expect(problem).toMatch(/: training has diverged; try a smaller learningRate$/);
  });

  it('and so do weights that no loss was computed with', async () => {
    const { test: _, train, ...others } = tiny({ backend, learningRate: 1e300, network: [dense({ units: 10 })] });
    const [first, ...rest] = train;
    const failing = runPipeline({ ...others, train: [batch({ size: 20 }), ...rest] });
    expect(first.definition.name).toBe('batch');
    await expect(failing).rejects.toThrow(
      /^network\[0\]: dense: its parameter network\.0\.W holds (NaN|-?Infinity) after epoch 1, step 1: training has diverged/,
    );
  });

  it('the learningRate is not blamed in the first step, but the stage that gave the first NaN', async () => {
    expect(await failureOf({ backend, network: [dense({ units: 8 }), giving(Number.NaN), dense({ units: 10 })] })).toBe(
      'network[1]: my: train, epoch 1, step 1: ' +
        'its output is the first that is not finite, NaN at sample 0 of the batch: what it was given is finite',
    );
  });

  it.each<[AnyStage, string, string]>([
    [shift({ pixels: 9, fill: 1e40 }), 'shift', '-?Infinity|NaN'],
    [spoil(), 'spoil', 'NaN'],
  ])('it is an augmentation that made them of the data: %#', async (made, name, found) => {
    const [first, ...rest] = tiny({}).train;
    const train = [first, flip(), made, noise(), ...rest];
    expect(await failureOf({ backend, train })).toMatch(
      new RegExp(
        `^train\\[2\\]: ${name}: the loss became NaN at epoch 1, step 1: it gave (${found}) at sample \\d of the batch, and what it was given is finite$`,
      ),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is found where the next activation hides it', async (wrong) => {
    const step = activation({
      name: 'step',
      summary: 's',
      formula: () => ({ value: (x) => (x > 0 ? 1 : 0), derivative: () => 0 }),
    });
    const network = [dense({ units: 8 }), giving(wrong), step(), dense({ units: 10 })];
    expect(await failureOf({ backend, network })).toBe(
      `network[1]: my: train, epoch 1, step 1: its output is the first that is not finite, ${wrong} at sample 0 of the ` +
        'batch: what it was given is finite',
    );
  });

  it.each(['validation', 'test'] as const)('NaN is found where only the %s would meet it', async (where) => {
    const inTestAlone = networkStage({
      name: 'spoil',
      summary: 's',
      options: noOptions,
      example: 'spoil',
      build: (_, { shape }) => ({
        output: shape,
        forward: (x, split) => {
          const data = split === where ? x.data.map(() => Number.NaN) : x.data.slice();
          return [{ shape: x.shape, data }, (dy) => dy];
        },
      }),
    });
    const { data, test } = tiny({});
    const changes = {
      backend,
      network: [dense({ units: 8 }), inTestAlone(), tanh(), dense({ units: 10 })],
      data: [...data, holdOut({ validation: 10 })],
    };
    expect(await failureOf({ ...changes, ...(test && { validation: test }) })).toMatch(
      new RegExp(`^network\\[1\\]: spoil: ${where}, epoch 1, step 1: its output is the first that is not finite`),
    );
  });

  it('nor where a gradient is NaN', async () => {
    const network = [dense({ units: 8 }), giving(1, Number.NaN), dense({ units: 10 })];
    expect(await failureOf({ backend, network })).toBe(
      'network[1]: my: its pullback gave a gradient of NaN at sample 0 of the batch',
    );
  });

  it('crossEntropy on scores is named', async () => {
    expect(await failureOf({ backend, judge: crossEntropy() })).toMatch(
      /^train\[2\]: crossEntropy: the loss became NaN at epoch 1, step 1: it takes probabilities, .* use softmaxCrossEntropy/,
    );
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('%s in the test data fails before training', async (wrong) => {
    const features = Float32Array.of(1, 2, 3, wrong);
    const changes = points((split) => (split === 'test' ? { features } : {}));
    const error = await runPipeline(tiny({ backend, ...changes })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({
      exitCode: 3,
      message: `data[0]: points: found ${wrong} at sample 1 of test, expected a number`,
    });
  });

  it('a prediction that is NaN is no class', async () => {
    const { network } = await runPipeline(tiny({ backend }));
    const wrong = new Float32Array(2 * 784);
    wrong[784 + 3] = Number.NaN;
    await expect(network.predict({ shape: [2, 28, 28], data: wrong })).rejects.toThrow(
      'predict: found NaN at sample 1, number 3, expected a finite number',
    );
    network.parameters[0].value.data.fill(Number.NaN);
    await expect(network.predict(new Uint8Array(784).fill(9))).rejects.toThrow(
      /^network\[0\]: dense: its parameter W holds NaN/,
    );
  });

  it('a metric that is not finite is an error with its name', async () => {
    const spread = metric({
      name: 'spread',
      summary: 's',
      options: noOptions,
      example: 'spread',
      start: () => ({ add() {}, result: () => ({ value: 0 / 0 }) }),
    });
    const test = [...(tiny({}).test ?? []), spread()];
    expect(await failureOf({ backend, test })).toBe(
      'test[4]: spread: the metric "spread" of test is NaN in epoch 1, expected a finite number',
    );
  });

  it('a state that holds NaN is not gone on from', async () => {
    let saved: Checkpoint | undefined;
    const betweenSteps = (now: { checkpoint(): Checkpoint }) => {
      saved ??= now.checkpoint();
    };
    await lastValueFrom(run(buildPipeline(tiny({ backend })), { betweenSteps }));
    if (saved === undefined) expect.fail('no checkpoint');
    const W = tensor([[Number.NaN]]);
    const from = { ...saved, state: { ...saved.state, 'network.0.W': W } };
    await expect(lastValueFrom(run(buildPipeline(tiny({ backend })), { from }))).rejects.toThrow(
      new PipelineError('the state holds NaN in network.0.W, so nothing can go on from it'),
    );
  });
});

describe('examples', () => {
  it.each<[string, Partial<Examples>, string]>([
    ['features', { features: new Float32Array(5) }, 'gave 5 features, which are not whole samples of [2]'],
    ['shape', { shape: [4] }, 'declared samples of [2], but gave [4]'],
    ['labels', { labels: Uint8Array.of(1) }, 'gave 1 labels for 2 samples of train'],
    [
      'label',
      { labels: Uint8Array.of(1, 7) },
      'gave the label 7 at sample 1 of train, expected a whole number from 0 to 1, as it declared',
    ],
    ['number', { features: new Float32Array(0), labels: new Uint8Array(0) }, 'gave no examples of train'],
  ])('that are not as declared are refused: %s', async (_, changes, problem) => {
    expect(await failureOf(points(() => changes))).toBe(`data[0]: points: ${problem}`);
  });

  it('whose scaling overflows are refused', async () => {
    expect(
      await failureOf(points(() => ({ features: Float32Array.of(1, 2, 3, 1e30) }), normalize({ std: 1e-30 }))),
    ).toBe(
      'data[1]: normalize: a feature of 1.0000000150474662e+30 becomes Infinity as float32; look at how features are scaled',
    );
    expect(() => buildPipeline(tiny(points(() => ({}), normalize({ divisor: 1e-320 }))))).toThrow(
      'normalize divides by 1e-320, which makes a feature of 1 too large for float32',
    );
  });
});

describe('a stage that lets nothing through', () => {
  const nothing = stage({
    name: 'nothing',
    family: 'batches',
    from: 'batch',
    to: 'batch',
    summary: 's',
    options: noOptions,
    example: 'nothing',
    build: (_, output) => ({ output, operator: filter(() => false) }),
  });

  it('in train fails, for nothing was learned', async () => {
    const [first, ...rest] = tiny({}).train;
    expect(await failureOf({ train: [first, nothing(), ...rest] })).toBe(
      'train: a stage let none of 20 examples through, so nothing came of them',
    );
  });

  it('and in test, for nothing was judged', async () => {
    const [first, ...rest] = tiny({}).test ?? [];
    expect(await failureOf({ test: [first, nothing(), ...rest] })).toBe(
      'test: a stage let none of 10 examples through, so nothing came of them',
    );
  });
});

it('a metric cannot pass for another, nor for that of another split', async () => {
  const liar = metric({
    name: 'liar',
    summary: 's',
    options: noOptions,
    example: 'liar',
    start: () => ({
      add() {},
      result: () => ({ value: 1, name: 'loss', split: 'train', epoch: 77 }),
      state: stateOf({}),
    }),
  });
  const { test, train } = await runPipeline(tiny({ test: [...(tiny({}).test ?? []), liar()] }));
  expect(test).toMatchObject({ liar: 1 });
  expect(train).toEqual({});
});
