/** Layers on images, and their gradients, against PyTorch (bench/peers/pytorch_layers.py). */
import { readFileSync } from 'node:fs';
import { type AnyStage, type Backend, type Batch, createKernels, type DType, type Shape, type Tensor } from 'marblenet';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../src/node/plugins.js';
import { madeUpNumbers } from '../fixtures/made-up.js';
import { contextWith } from './context.js';
import { emissionsOf } from './emissions.js';

type Item = string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Case {
  readonly stage: Item;
  readonly shape: Shape;
  /** The place of the first made up number of x; those of parameters and of dy are 1,000s and 5,000 behind it. */
  readonly first: number;
  readonly output: Shape;
  readonly y: readonly number[];
  readonly dx: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch-layers.json', import.meta.url), 'utf8'),
);

function stageOf(item: Item): AnyStage {
  const [name, options] = typeof item === 'string' ? [item, {}] : Object.entries(item)[0];
  return builtIn.registry.get(name)?.(options) ?? expect.fail(`no stage ${name}`);
}

/** The largest difference, as a share of the largest number, or of 1; NaN where a number is missing. */
const farthest = (found: ArrayLike<number>, right: readonly number[]): number =>
  right.reduce((most, value, i) => Math.max(most, Math.abs(found[i] - value)), found.length - right.length) /
  right.reduce((most, value) => Math.max(most, Math.abs(value)), 1);

function differences({ stage, shape, first, output, y, dx, gradients }: Case, dtype: DType, backend: Backend) {
  const kernels = createKernels(dtype, backend);
  const madeUp = (of: Shape, from: number): Tensor => {
    const tensor = kernels.allocate(of);
    tensor.data.set(madeUpNumbers(tensor.data.length, from));
    return tensor;
  };
  const [B, ...sample] = shape;
  const built = stageOf(stage).build(
    { kind: 'batch', size: B, shape: sample, classes: undefined },
    contextWith({ kernels }),
  );
  const { operator, parameters = [] } = built;
  for (const [i, { value }] of parameters.entries()) {
    value.data.set(madeUpNumbers(value.data.length, first + 1000 * (i + 1)));
  }
  const batch = {
    split: 'train',
    epoch: 1,
    step: 1,
    steps: 1,
    x: madeUp(shape, first),
    t: undefined,
    labels: undefined,
    tape: [],
  };
  const [[out, back]] = emissionsOf(of(batch as Batch).pipe(operator), (given) => {
    const { x, tape } = given as Batch;
    const found = farthest(x.data, y);
    return [found, tape[0].pullback(madeUp(output, first + 5000), true)] as const;
  });
  return {
    y: out,
    dx: farthest(back?.data ?? [], dx),
    ...Object.fromEntries(
      parameters.map(({ name, gradient }) => [name, farthest(gradient.data, gradients[name] ?? [])]),
    ),
  };
}

const named = cases.map((one) => [`${JSON.stringify(one.stage)} of [${one.shape.join(', ')}]`, one] as const);

describe.each<[DType, Backend, number]>([
  ['float64', 'typescript', 1e-10],
  ['float64', 'wasm', 1e-10],
  ['float32', 'typescript', 1e-6],
  ['float32', 'wasm', 1e-6],
])('%s, backend %s', (dtype, backend, bound) => {
  it.each(named)('agrees: %s', (_, one) => {
    for (const [name, difference] of Object.entries(differences(one, dtype, backend))) {
      expect(difference, name).toBeLessThan(bound);
    }
  });
});
