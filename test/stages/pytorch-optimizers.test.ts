/** Every optimizer goes PyTorch's way, number for number, with each of its options (bench/peers/pytorch_optimizers.py). */
import { readFileSync } from 'node:fs';
import {
  type AnyStage,
  type Backend,
  createKernels,
  type DType,
  type Parameter,
  type Step,
  type Tensor,
  tensor,
} from 'marblenet';
import { stepOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as stages from '../../src/stages/index.js';
import { contextWith } from './context.js';
import { emissionsOf } from './emissions.js';

type Numbers = readonly number[];

interface Fixture {
  readonly steps: number;
  readonly seen: Numbers;
  /** A matrix and a vector each. */
  readonly start: readonly [readonly Numbers[], Numbers];
  readonly floor: readonly [readonly Numbers[], Numbers];
  readonly curvature: readonly [readonly Numbers[], Numbers];
  readonly cases: readonly ({
    readonly stage: keyof typeof optimizers;
    readonly options: { readonly learningRate: number };
  } & Readonly<Record<DType, readonly Numbers[]>>)[];
}

const { sgd, momentum, nesterov, adaGrad, rmsProp, adam, adamW } = stages;
const optimizers = { sgd, momentum, nesterov, adaGrad, rmsProp, adam, adamW };

const { steps, seen, start, floor, curvature, cases }: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch-optimizers.json', import.meta.url), 'utf8'),
);

const toleranceOf: Readonly<Record<DType, number>> = { float32: 1e-6, float64: 1e-10 };
const settings = (['float32', 'float64'] as const).flatMap((dtype) =>
  (['wasm', 'typescript'] as const).map((backend) => [dtype, backend] as const),
);

/** W after each step that the fixture has seen, matrix and vector one after the other. */
function path(stage: AnyStage, dtype: DType, backend: Backend): number[][] {
  const kernels = createKernels(dtype, backend);
  const own = (source: Tensor): Tensor => {
    const copy = kernels.allocate(source.shape);
    copy.data.set(source.data);
    return copy;
  };
  const parameters: Parameter[] = start.map((rows, i) => {
    const value = own(tensor(rows as readonly number[], dtype));
    return { name: `W${i}`, value, gradient: kernels.allocate(value.shape) };
  });
  const [floors, curvatures] = [floor, curvature].map((parts) =>
    parts.map((rows) => tensor(rows as readonly number[], dtype).data),
  );
  // Two layers, and one without parameters between them.
  const tape = [parameters.slice(0, 1), [], parameters.slice(1)].map((parameters) => ({
    parameters,
    pullback: () => undefined,
  }));
  const context = contextWith({ kernels, epochs: 5 });
  const spec = { kind: 'step', size: 1, shape: [2], classes: 2, gradients: true } as const;
  const { operator } = stage.build(spec, context);
  const step: Step = { ...stepOf([[0, 0]], { labels: [0] }), steps: steps / 5, tape };
  return Array.from({ length: steps }, () => {
    parameters.forEach(({ value, gradient }, p) => {
      gradient.data.forEach((_, i) => {
        const fallen = value.data[i] - floors[p][i];
        gradient.data[i] = curvatures[p][i] * (dtype === 'float32' ? Math.fround(fallen) : fallen);
      });
    });
    emissionsOf(of(step).pipe(operator), () => undefined);
    return parameters.flatMap(({ value }) => [...value.data]);
  }).filter((_, i) => seen.includes(i + 1));
}

describe.each(settings)('in %s, by %s', (dtype, backend) => {
  it.each(cases.map((one) => [one.stage, JSON.stringify(one.options), one] as const))('%s with %s', (_, __, one) => {
    const found = path(optimizers[one.stage](one.options), dtype, backend);
    const worst = found.map((numbers, i) =>
      Math.max(...numbers.map((number, j) => Math.abs(number - one[dtype][i][j]) / Math.max(1, Math.abs(number)))),
    );
    expect(Math.max(...worst)).toBeLessThan(toleranceOf[dtype]);
  });
});

it('the fixture covers every optimizer', () => {
  expect([...new Set(cases.map(({ stage }) => stage))]).toEqual(Object.keys(optimizers));
  expect(cases.every((one) => one.float64.length === seen.length)).toBe(true);
});
