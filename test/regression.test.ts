/** Regression from end to end: a source of real-valued targets, and a network that says real numbers. */
import {
  type AnyStage,
  accuracy,
  backward,
  batch,
  buildPipeline,
  checkGradients,
  confusionMatrix,
  crossEntropy,
  dense,
  type Examples,
  forward,
  type Model,
  mean,
  meanSquaredError,
  noOptions,
  normalize,
  oneHot,
  type PipelineDefinition,
  PipelineError,
  type PipelineEvent,
  run,
  runPipeline,
  type SourceSplit,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
  stage,
} from 'marblenet';
import { examplesOf } from 'marblenet/testing';
import { lastValueFrom, map, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { traceSample } from '../src/core/inspect/trace.js';
import { madeUpNumbers } from './fixtures/made-up.js';

/** y = x W + b, for standardized x [3] and y [2]. */
const W = [
  [2, -1],
  [0.5, 3],
  [-4, 0.25],
];
const b = [1, -2];
const means = [10, -300, 0.5];
const stds = [2, 100, 0.125];

const counts = { train: 60, test: 20 };
const inputsOf = (split: SourceSplit): number[][] => {
  const numbers = madeUpNumbers(3 * counts[split], split === 'train' ? 0 : 1000);
  return Array.from({ length: counts[split] }, (_, i) => numbers.slice(3 * i, 3 * (i + 1)));
};
const targetOf = (x: readonly number[]): number[] =>
  b.map((bias, j) => x.reduce((y, value, i) => y + value * W[i][j], bias));
/** As a file would have them, in units of their own. */
const featuresOf = (x: readonly number[]): number[] => x.map((value, i) => means[i] + stds[i] * value);

const linear = stage({
  name: 'linear',
  summary: 'Samples of a linear function',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: noOptions,
  example: 'linear',
  build: () => ({
    output: { kind: 'examples', shape: [3], classes: undefined, targets: 2 },
    operator: map((split: SourceSplit): Examples => {
      const inputs = inputsOf(split);
      return { ...examplesOf(inputs.map(featuresOf), { targets: inputs.map(targetOf) }), split };
    }),
  }),
});

const learn = [forward(), meanSquaredError(), backward(), sgd({ learningRate: 0.9 })] as const;
const definition = {
  name: 'linear',
  epochs: 100,
  data: [linear(), normalize({ mean: means, std: stds })],
  network: [dense({ units: 2 })],
  train: [shuffleBatch({ size: 20 }), ...learn, mean({ of: 'loss' })],
  test: [batch({ size: 7 }), forward(), meanSquaredError(), mean({ of: 'loss' })],
} satisfies PipelineDefinition;

const variants = (['wasm', 'typescript'] as const).flatMap((backend) =>
  (['float32', 'float64'] as const).map((dtype) => ({ backend, dtype })),
);
const toleranceOf = { float32: 1e-5, float64: 1e-12 };

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i] - value), `number ${i}`).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  }
}

const parameterOf = ({ parameters }: Model, name: string): number[] =>
  Array.from(parameters.find((parameter) => parameter.name === name)?.value.data ?? []);

describe.each(variants)('regression in $dtype by $backend', ({ backend, dtype }) => {
  const tolerance = toleranceOf[dtype];

  it('recovers a linear function, and says real numbers', async () => {
    const { network, train, test, data, ...end } = await runPipeline({ ...definition, backend, dtype });
    expectClose(parameterOf(network, 'network.0.W'), W.flat(), tolerance);
    expectClose(parameterOf(network, 'network.0.b'), b, tolerance);
    expect([train.loss, test?.loss].every((loss) => loss !== undefined && loss < tolerance)).toBe(true);
    expect(data).toMatchObject({ train: 60, test: 20, scaling: { mean: means, std: stds } });
    expect(end).not.toHaveProperty('accuracyByClass');

    const inputs = inputsOf('test');
    const { classes, outputs } = await network.predict(inputs.map(featuresOf));
    expect(classes).toEqual([]);
    expect(outputs.shape).toEqual([20, 2]);
    expectClose(Array.from(outputs.data), inputs.flatMap(targetOf), 10 * tolerance);
  });

  it('has the losses of gradient descent by the formula, step for step', async () => {
    const pipeline = buildPipeline({
      ...definition,
      epochs: 5,
      network: [dense({ units: 2, weights: 'zeros' })],
      train: [batch({ size: 60 }), ...learn],
      backend,
      dtype,
    });
    const events = await lastValueFrom(run(pipeline, { everyStep: true }).pipe(toArray()));
    const losses = events.flatMap((event: PipelineEvent) => (event.event === 'step' ? [event.loss] : []));
    expectClose(losses, lossesByFormula(5, 0.9), tolerance);
  });

  it('has gradients that are right', async () => {
    const { passed, samples } = await checkGradients({ ...definition, backend });
    expect({ passed, samples }).toEqual({ passed: true, samples: 20 });
  });
});

/** loss = Σ (x W + b - y)² / (n m), its gradients by hand, and plain descent from 0. */
function lossesByFormula(steps: number, rate: number): number[] {
  const inputs = inputsOf('train').map((x) => [...x, 1]);
  const n = inputs.length;
  const V = Array.from({ length: 4 }, () => [0, 0]);
  return Array.from({ length: steps }, () => {
    const errors = inputs.map((x) => {
      const y = targetOf(x.slice(0, 3));
      return y.map((target, j) => x.reduce((sum, value, i) => sum + value * V[i][j], 0) - target);
    });
    for (const [i, row] of V.entries()) {
      for (const j of row.keys()) {
        row[j] -= rate * inputs.reduce((sum, x, k) => sum + (2 * errors[k][j] * x[i]) / (n * 2), 0);
      }
    }
    return errors.flat().reduce((sum, error) => sum + error * error, 0) / (n * 2);
  });
}

describe('a regression is refused, before there is data,', () => {
  const numbers = 'but these targets are real numbers, 2 a sample; for regression there is';
  const withTest = (...stages: AnyStage[]): PipelineDefinition => ({
    ...definition,
    test: [batch({ size: 7 }), forward(), ...stages],
  });

  it.each<[string, PipelineDefinition, string]>([
    [
      'by softmaxCrossEntropy',
      withTest(softmaxCrossEntropy()),
      `test[2]: softmaxCrossEntropy is for classes, ${numbers} meanSquaredError`,
    ],
    ['by crossEntropy', withTest(crossEntropy()), `test[2]: crossEntropy is for classes, ${numbers} meanSquaredError`],
    [
      'by accuracy',
      withTest(meanSquaredError(), accuracy()),
      `test[3]: accuracy is for classes, ${numbers} rootMeanSquaredError`,
    ],
    [
      'by confusionMatrix',
      withTest(meanSquaredError(), confusionMatrix()),
      `test[3]: confusionMatrix is for classes, ${numbers} rootMeanSquaredError`,
    ],
    [
      'by oneHot',
      { ...definition, data: [linear(), oneHot({ classes: 2 })] },
      'data[1]: oneHot is for labels, but these examples have 2 real-valued targets each; leave oneHot out',
    ],
    [
      'by a network that says too little',
      { ...definition, network: [dense({ units: 1 })] },
      "train[2]: meanSquaredError compares the network's output with 2 targets a sample, " +
        'but the output has the shape [1]; give the last dense layer units: 2',
    ],
    [
      'by normalize with lists that do not fit',
      { ...definition, data: [linear(), normalize({ mean: [1, 2] })] },
      'data[1]: normalize has 2 numbers in mean, but samples of shape [3] have 3 columns; ' +
        'give one number a column, or one for all',
    ],
  ])('%s', (_, refused, problem) => {
    expect(() => buildPipeline(refused)).toThrow(new PipelineError(problem));
  });
});

it('a trace of regression shows targets where it has no label', async () => {
  const events = await traceSample({ ...definition, train: [batch({ size: 1 }), ...learn] }, {}, { sample: 3 });
  const sample = events.find(({ event }) => event === 'sample');
  const x = inputsOf('train')[3];
  expect(sample).toMatchObject({ event: 'sample', sample: 3, targets: targetOf(x), features: featuresOf(x) });
  expect(sample).not.toHaveProperty('label');
  expect(events.find((event) => event.event === 'forward' && event.stage === 'data.0')).toMatchObject({
    tensors: { x: { shape: [60, 3] }, t: { shape: [60, 2] } },
  });
});
