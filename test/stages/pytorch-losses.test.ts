/** Losses with their options, and with samples that count differently, against PyTorch (bench/peers/pytorch_losses.py). */
import { readFileSync } from 'node:fs';
import { type AnyStage, type Backend, createKernels, type DType, type Step, type Tensor } from 'marblenet';
import { batchOf, lossGradientError } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { specOf } from '../../src/core/kinds.js';
import { builtIn } from '../../src/node/plugins.js';
import { contextWith } from './context.js';
import { emissionsOf, type Rows, rowsOf } from './emissions.js';

type Item = string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Case {
  readonly stage: Item;
  readonly x: Rows;
  readonly truth: readonly number[] | Rows;
  readonly weights?: readonly number[];
  readonly loss: number;
  readonly dx: Rows;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch-losses.json', import.meta.url), 'utf8'),
);

function stageOf(item: Item): AnyStage {
  const [name, options] = typeof item === 'string' ? [item, {}] : Object.entries(item)[0];
  return builtIn.registry.get(name)?.(options) ?? expect.fail(`no stage ${name}`);
}

const isLabels = (truth: Case['truth']): truth is readonly number[] => typeof truth[0] === 'number';

function judged({ stage, x, truth, weights }: Case, dtype: DType, backend: Backend): { loss: number; dx: Rows } {
  const kernels = createKernels(dtype, backend);
  const batch = batchOf(x, { dtype, weights, ...(isLabels(truth) ? { labels: truth } : { targets: truth }) });
  const own = ({ shape, data }: Tensor): Tensor => {
    const copy = kernels.allocate(shape);
    copy.data.set(data);
    return copy;
  };
  const { operator } = stageOf(stage).build(specOf(batch), contextWith({ kernels }));
  const steps = of({ ...batch, x: own(batch.x), t: batch.t && own(batch.t) }).pipe(operator);
  return emissionsOf(steps, (step) => ({ loss: (step as Step).loss, dx: rowsOf((step as Step).dx) }))[0];
}

const named = cases.map((one) => {
  const sort = isLabels(one.truth) ? 'labels' : 'targets';
  return [`${JSON.stringify(one.stage)}, ${sort}${one.weights ? ', weights' : ''}`, one] as const;
});

describe.each<[DType, Backend]>([
  ['float64', 'typescript'],
  ['float64', 'wasm'],
  ['float32', 'wasm'],
])('%s, backend %s', (dtype, backend) => {
  const digits = dtype === 'float64' ? 12 : 5;

  it.each(named)('agrees: %s', (_, one) => {
    const { loss, dx } = judged(one, dtype, backend);
    expect(loss).toBeCloseTo(one.loss, digits);
    const apart = one.dx.flatMap((row, b) => row.map((value, j) => Math.abs(dx[b][j] - value)));
    expect(Math.max(...apart)).toBeLessThan(10 ** -digits);
  });
});

it.each(named.filter(([, { weights }]) => weights === undefined))(
  'has the gradient of its formula: %s',
  (_, { stage, x, truth }) => {
    expect(lossGradientError(stageOf(stage), x, truth)).toBeLessThan(1e-6);
  },
);
