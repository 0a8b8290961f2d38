import { batch, normalize, standardize } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { EMPTY, lastValueFrom, of, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scaled } from '../../../src/core/scaling.js';

type Method = 'standard' | 'minMax' | 'robust';

const train = examplesOf([
  [1, 10, 5],
  [3, 30, 5],
  [8, 20, 5],
  [4, 20, 5],
]);
const test = { ...examplesOf([[2, 50, 6]]), split: 'test' as const };

/** What the features of some examples are read as. */
async function read(method: Method, ...all: (typeof train)[]): Promise<number[][]> {
  const given = await lastValueFrom(of(...all).pipe(standardize({ method }), toArray()));
  return given.map(({ features, scaling }) => Array.from(features, (value, i) => scaled(value, i, scaling)));
}

describe('standardize', () => {
  // of StandardScaler, MinMaxScaler and RobustScaler of scikit-learn 1.2
  it.each<[Method, number[], number[]]>([
    ['standard', [-1.1766968, -Math.SQRT2, 0], [-0.7844645, 4.2426407, 1]],
    ['minMax', [0, 0, 0], [0.1428571, 2, 1]],
    ['robust', [-1, -2, 0], [-0.6, 6, 1]],
  ])('%s: measures columns of train, and reads the others alike', async (method, first, other) => {
    const [of1, of2] = await read(method, train, test);
    for (const [i, value] of first.entries()) expect(of1[i]).toBeCloseTo(value, 6);
    for (const [i, value] of other.entries()) expect(of2[i]).toBeCloseTo(value, 6);
  });

  it('comes after another scaling, and rewrites no feature', async () => {
    const given = await lastValueFrom(of(train, test).pipe(normalize({ divisor: 10 }), standardize(), toArray()));
    const [direct] = await read('standard', train);
    expect(given[0].features).toBe(train.features);
    for (const [i, value] of direct.entries())
      expect(scaled(train.features[i], i, given[0].scaling)).toBeCloseTo(value, 10);
  });

  it('measures pictures as a whole, and those of colours channel by channel', async () => {
    const grey = { ...train, shape: [1, 3] };
    const [{ scaling }] = await lastValueFrom(of(grey).pipe(standardize(), toArray()));
    expect(scaling.mean).toBeCloseTo(9.6666667, 6);
    const colours = { ...train, shape: [1, 1, 3] };
    const [{ scaling: each }] = await lastValueFrom(of(colours).pipe(standardize(), toArray()));
    expect(each.mean).toEqual([4, 20, 5]);
  });

  it('hands on what is empty, an error, and an early unsubscribe', async () => {
    expect(await lastValueFrom(EMPTY.pipe(standardize(), toArray()))).toEqual([]);
    await expect(lastValueFrom(throwError(() => new Error('gone')).pipe(standardize()))).rejects.toThrow('gone');
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a--a|', { a: train });
      const unsubscribed = source.pipe(standardize());
      expectObservable(unsubscribed, '---!').toBe('--x', { x: { split: 'train' } });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('refuses other examples before those of train', async () => {
    await expect(read('standard', test)).rejects.toThrow('standardize got other examples before those of train');
  });

  it('scales targets before they are rounded, which may have a large mean', async () => {
    const rows = Array.from({ length: 4 }, (_, i) => [i]);
    const targets = rows.map(([i]) => [1.7e9 + i]);
    const scaledTargets = of(examplesOf(rows, { targets })).pipe(standardize({ of: 'targets' }), batch({ size: 4 }));
    const { t, targetScaling } = await lastValueFrom(scaledTargets);
    expect(targetScaling).toEqual({ mean: 1.7e9 + 1.5, std: Math.sqrt(1.25) });
    const expected = [-1.5, -0.5, 0.5, 1.5].map((value) => value / Math.sqrt(1.25));
    Array.from(t?.data ?? []).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 6);
    });
  });

  it('is what helps where a target is too large for the float type', async () => {
    const large = examplesOf([[1], [2]], { targets: [[1e40], [3e40]] });
    await expect(lastValueFrom(of(large).pipe(batch({ size: 2 })))).rejects.toThrow(
      'a target of 1e+40 becomes Infinity as float32; put standardize: { of: targets } in data:',
    );
    const { t } = await lastValueFrom(of(large).pipe(standardize({ of: 'targets' }), batch({ size: 2 })));
    expect(Array.from(t?.data ?? [])).toEqual([-1, 1]);
  });

  it('refuses to scale the targets of classes', () => {
    const classes = of(examplesOf([[1]], { labels: [0] })).pipe(standardize({ of: 'targets' }));
    return expect(lastValueFrom(classes)).rejects.toThrow('standardize: { of: targets } is for real-valued targets');
  });
});
