/**
 * The stages against PyTorch: the same first weights, batches and options must give the same losses and gradients, to
 * 1e-10 in float64 and 1e-6 in float32. What PyTorch says is in test/fixtures/pytorch.json, written by
 * bench/peers/pytorch_fixtures.py.
 */
import { readFileSync } from 'node:fs';
import {
  type AnyStage,
  type Backend,
  type Batch,
  backward,
  batch,
  buildPipeline,
  countOf,
  createKernels,
  type DType,
  type Examples,
  forward,
  type Kernels,
  noOptions,
  oneHot,
  type PipelineEvent,
  run,
  type SourceSplit,
  sgd,
  stage,
  type Tensor,
} from 'marblenet';
import { batchOf, examplesOf } from 'marblenet/testing';
import { lastValueFrom, map, of, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { specOf } from '../src/core/kinds.js';
import { builtIn } from '../src/node/plugins.js';
import { madeUpDigits, madeUpNumbers } from './fixtures/made-up.js';
import { contextWith } from './stages/context.js';
import { emissionsOf, type Rows, rowsOf } from './stages/emissions.js';

/** A stage as a list item of a pipeline file. */
type Item = string | Readonly<Record<string, unknown>>;
type InEachType<T> = Readonly<Record<DType, T>>;

interface OfActivation extends InEachType<{ readonly y: Rows; readonly dx: Rows }> {
  readonly stage: Item;
  readonly x: Rows;
  readonly dy: Rows;
}

interface OfLoss extends InEachType<{ readonly loss: number; readonly dx: Rows }> {
  readonly stage: Item;
  readonly x: Rows;
  readonly labels: readonly number[];
}

interface Trained {
  /** Of each step. */
  readonly losses: readonly number[];
  /** Of each parameter, after the first step. */
  readonly gradients: readonly (readonly number[])[];
  /** Of each parameter, after the last step. */
  readonly weights: readonly (readonly number[])[];
}

interface Training {
  readonly network: readonly Item[];
  readonly size: number;
  readonly epochs: number;
  /** The first weights are made-up numbers times this. */
  readonly scale: number;
  readonly rate: number;
}

interface Fixtures {
  readonly activations: readonly OfActivation[];
  readonly losses: readonly OfLoss[];
  readonly networks: readonly (Training & InEachType<Trained> & { readonly loss: Item })[];
  readonly digits: readonly (Training & InEachType<Trained>)[];
}

const fixtures: Fixtures = JSON.parse(readFileSync(new URL('fixtures/pytorch.json', import.meta.url), 'utf8'));

function stageOf(item: Item): AnyStage {
  const [name, options] = typeof item === 'string' ? [item, {}] : Object.entries(item)[0];
  return builtIn.registry.get(name)?.(options) ?? expect.fail(`no stage ${name}`);
}

/** Numbers in any nesting, relative where they are above 1. */
function expectAgreement(found: unknown, expected: unknown, dtype: DType): void {
  const [numbers, wanted] = [found, expected].map((nested) => [nested].flat(3) as number[]);
  expect(numbers).toHaveLength(wanted.length);
  const apart = wanted.map((value, i) => Math.abs(numbers[i] - value) / Math.max(1, Math.abs(value)));
  expect(Math.max(...apart)).toBeLessThan(dtype === 'float64' ? 1e-10 : 1e-6);
}

describe.each<[DType, Backend]>([
  ['float64', 'typescript'],
  ['float64', 'wasm'],
  ['float32', 'typescript'],
  ['float32', 'wasm'],
])('%s, backend %s', (dtype, backend) => {
  /** In the back end's own memory, where its fast kernels can see it. */
  const allocated = (kernels: Kernels, { shape, data }: Tensor): Tensor => {
    const tensor = kernels.allocate(shape);
    tensor.data.set(data);
    return tensor;
  };

  /** What one stage makes of a batch of these rows. */
  function through<T>(
    item: Item,
    rows: Rows,
    labels: readonly number[],
    read: (value: T, kernels: Kernels) => unknown,
  ) {
    const kernels = createKernels(dtype, backend);
    const given = batchOf(rows, { labels, dtype });
    const { operator } = stageOf(item).build(specOf(given), contextWith({ kernels }));
    const emitted = of({ ...given, x: allocated(kernels, given.x) }).pipe(operator);
    return emissionsOf(emitted, (value) => read(value as T, kernels))[0];
  }

  it.each(fixtures.activations)('the activation $stage', ({ stage, x, dy, ...expected }) => {
    const labels = x.map(() => 0);
    const found = through<Batch>(stage, x, labels, (out, kernels) => {
      const y = rowsOf(out.x);
      const dx = out.tape[0].pullback(allocated(kernels, batchOf(dy, { dtype }).x), true);
      return [y, dx && rowsOf(dx)];
    });
    expectAgreement(found, [expected[dtype].y, expected[dtype].dx], dtype);
  });

  it.each(fixtures.losses)('the loss $stage', ({ stage, x, labels, ...expected }) => {
    const found = through<{ loss: number; dx: Tensor }>(stage, x, labels, ({ loss, dx }) => [loss, ...rowsOf(dx)]);
    expectAgreement(found, [expected[dtype].loss, ...expected[dtype].dx], dtype);
  });

  /** Trains from made-up weights, without chance: the batches are the examples in their order. */
  async function train(
    { network, size, epochs, scale, rate }: Training,
    loss: Item,
    examples: Examples,
    classes: number,
  ) {
    const inMemory = stage({
      name: 'inMemory',
      summary: 'the examples of this test',
      family: 'sources',
      from: 'split',
      to: 'examples',
      options: noOptions,
      example: 'inMemory',
      build: () => ({
        output: { kind: 'examples', shape: examples.shape, classes: undefined },
        operator: map((_: SourceSplit) => examples),
      }),
    });
    const pipeline = buildPipeline({
      dtype,
      backend,
      epochs,
      data: [inMemory(), oneHot({ classes })],
      network: network.map(stageOf),
      train: [batch({ size }), forward(), stageOf(loss), backward(), sgd({ learningRate: rate })],
    });
    const { parameters } = pipeline;
    const first = madeUpNumbers(countOf(parameters), 0).map((number) => scale * number);
    for (const { value } of parameters) value.data.set(first.splice(0, value.data.length));

    const losses: number[] = [];
    let gradients: number[][] = [];
    const afterEachStep = tap((event: PipelineEvent) => {
      if (event.event !== 'step') return;
      losses.push(event.loss);
      if (event.step === 1) gradients = parameters.map(({ gradient }) => [...gradient.data]);
    });
    await lastValueFrom(run(pipeline, { everyStep: true }).pipe(afterEachStep));
    return { losses, gradients, weights: parameters.map(({ value }) => [...value.data]) };
  }

  it.each(fixtures.networks)('the network $network with $loss', async ({ loss, ...setting }) => {
    const rows = Array.from({ length: 18 }, (_, i) => madeUpNumbers(6, 1000 + 6 * i).map((number) => 2 * number));
    const found = await train(setting, loss, examplesOf(rows, { labels: rows.map((_, i) => (5 * i) % 4) }), 4);
    expectAgreement(found.losses, setting[dtype].losses, dtype);
    expectAgreement(found.gradients, setting[dtype].gradients, dtype);
    expectAgreement(found.weights, setting[dtype].weights, dtype);
  });

  it.each(fixtures.digits)('784 pixels: the network $network', async (setting) => {
    const { pixels, labels } = madeUpDigits(200, 0);
    const examples: Examples = {
      ...examplesOf([[1]]),
      shape: [28, 28],
      features: pixels,
      labels,
      scaling: { mean: 0, std: 255 },
    };
    const found = await train(setting, 'softmaxCrossEntropy', examples, 10);
    const sample = (tensors: number[][]) => tensors.map((numbers) => numbers.filter((_, i) => i % 499 === 0));
    expectAgreement(found.losses, setting[dtype].losses, dtype);
    expectAgreement(sample(found.gradients), setting[dtype].gradients, dtype);
    expectAgreement(sample(found.weights), setting[dtype].weights, dtype);
  });
});
