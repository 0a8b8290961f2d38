/** Metrics against scikit-learn, over an epoch of batches that are not all of one size (bench/peers/sklearn_metrics.py). */
import { readFileSync } from 'node:fs';
import { type AnyStage, type Metric, type Outputs, standardize } from 'marblenet';
import { examplesOf, stepOf } from 'marblenet/testing';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scaled } from '../../src/core/scaling.js';
import { through } from '../../src/core/through.js';
import { builtIn } from '../../src/node/plugins.js';

type Item = string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Rows = readonly (readonly number[])[];

interface Case {
  readonly outputs?: Outputs;
  readonly x: Rows;
  readonly labels?: readonly number[];
  readonly targets?: Rows;
  readonly metrics: readonly (readonly [stage: Item, value: number])[];
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/sklearn-metrics.json', import.meta.url), 'utf8'),
);

function stageOf(item: Item): AnyStage {
  const [name, options] = typeof item === 'string' ? [item, {}] : Object.entries(item)[0];
  return builtIn.registry.get(name)?.(options) ?? expect.fail(`no stage ${name}`);
}

const sizes = [17, 17, 17, 9];

const measured = (stage: AnyStage, { x, labels, targets, outputs }: Case): Promise<Metric> => {
  let first = 0;
  const steps = sizes.map((size) => {
    const rows = <T>(all: readonly T[] | undefined) => all?.slice(first, first + size);
    const step = stepOf(rows(x) ?? [], { labels: rows(labels), targets: rows(targets), outputs, dtype: 'float64' });
    first += size;
    return step;
  });
  return lastValueFrom(from(steps).pipe(stage));
};

describe.each(cases.map((one) => [`${one.outputs ?? 'numbers'} [60, ${one.x[0].length}]`, one] as const))(
  '%s',
  (_, one) => {
    it.each(one.metrics)('%j is %d', async (item, value) => {
      expect((await measured(stageOf(item), one)).value).toBeCloseTo(value, 10);
    });
  },
);

it('measures in units of the target, though it was standardized', async () => {
  const { x, targets = [], metrics } = cases.findLast((one) => one.outputs === undefined) ?? expect.fail();
  const { targetScaling } = through(standardize({ of: 'targets' }), examplesOf(x, { targets }));
  if (targetScaling === undefined) expect.fail('nothing was scaled');
  const small = (rows: Rows) => rows.map((row) => row.map((value, j) => scaled(value, j, targetScaling)));
  for (const [item, value] of metrics) {
    const step = stepOf(small(x), { targets: small(targets), dtype: 'float64' });
    const { value: found } = await lastValueFrom(from([{ ...step, targetScaling }]).pipe(stageOf(item)));
    expect(found).toBeCloseTo(value, 8);
  }
});
