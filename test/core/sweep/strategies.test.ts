/** What is tried next, by what came of the trials before. */
import { describe, expect, it } from 'vitest';
import { betterEpochOf } from '../../../src/core/sweep/better-epoch.js';
import { lastPromotion, promotion, rungsOf } from '../../../src/core/sweep/halving.js';
import { bestOf, compareTrials, type TrialState } from '../../../src/core/sweep/history.js';
import { randomPoint } from '../../../src/core/sweep/random.js';
import { type Point, readSpace } from '../../../src/core/sweep/space.js';
import { RANDOM_TRIALS, tpePoint } from '../../../src/core/sweep/tpe.js';

describe('TPE', () => {
  const space = readSpace({
    rate: { log: [1e-4, 1] },
    units: { integers: [10, 300] },
    optimizer: [{ sgd: { momentum: { uniform: [0, 1] } } }, { adam: { epsilon: { log: [1e-3, 1] } } }, 'plain'],
  });
  /** Lowest, 0.2, at a rate of 0.005, 120 units, and sgd with a momentum of 0.9. */
  const loss = ({ rate, units, optimizer, ...inner }: Point): number =>
    (Math.log10(rate) + 2.3) ** 2 +
    ((units - 120) / 100) ** 2 +
    [
      0.2 + 3 * (inner['optimizer/0/sgd/momentum'] - 0.9) ** 2,
      0.5 + (Math.log10(inner['optimizer/1/adam/epsilon']) + 1) ** 2,
      1,
    ][optimizer];

  const goal = { higherIsBetter: false };
  const search = (seed: number, trials: number) => {
    const before: { point: Point; value: number }[] = [];
    let random = Number.POSITIVE_INFINITY;
    for (let i = 0; i < trials; i++) {
      const point = tpePoint(space, before, goal, seed, [i]);
      before.push({ point, value: loss(point) });
      random = Math.min(random, loss(randomPoint(space, seed, [i])));
    }
    return { before, tpe: Math.min(...before.map(({ value }) => value)), random };
  };

  it('comes nearer than random points do, in most of 40 searches and on average', () => {
    const found = Array.from({ length: 40 }, (_, seed) => search(seed, 60));
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    expect(found.filter(({ tpe, random }) => tpe < random).length).toBeGreaterThan(26);
    const above = (value: number): number => value - 0.2;
    expect(mean(found.map(({ tpe }) => above(tpe)))).toBeLessThan(
      0.75 * mean(found.map(({ random }) => above(random))),
    );
  });

  it('begins at random, and the same history leads to the same point', () => {
    const { before } = search(3, 30);
    for (let i = 0; i < RANDOM_TRIALS; i++) expect(before[i].point).toEqual(randomPoint(space, 3, [i]));
    expect(before[25].point).not.toEqual(randomPoint(space, 3, [25]));
    expect(tpePoint(space, before.slice(0, 25), goal, 3, [25])).toEqual(before[25].point);
  });

  it('takes trials without a value for bad ones, and goes up where higher is better', () => {
    const { before } = search(3, 20);
    const failing = before.map(({ point }, i) => ({ point, value: i % 7 === 0 ? undefined : -loss(point) }));
    const { optimizer } = tpePoint(space, failing, { higherIsBetter: true }, 3, [20]);
    expect([0, 1, 2]).toContain(optimizer);
    expect(tpePoint(space, [], goal, 3, [0])).toEqual(randomPoint(space, 3, [0]));
  });
});

const trial = (status: TrialState['status'], rungs: Record<number, number>, value?: number): TrialState => ({
  point: {},
  status,
  rungs,
  epochs: Math.max(0, ...Object.keys(rungs).map(Number)),
  value: value ?? Object.values(rungs).at(-1),
});

describe('halving', () => {
  const halving = { higherIsBetter: false, eta: 3, rungs: rungsOf(9, { eta: 3, minEpochs: 1 }) };

  it('has rungs at powers of eta, and at the end', () => {
    expect(halving.rungs).toEqual([1, 3, 9]);
    expect(rungsOf(20, { eta: 4, minEpochs: 2 })).toEqual([2, 8, 20]);
    expect(rungsOf(1, { eta: 3, minEpochs: 1 })).toEqual([1]);
  });

  it('lets the best third of a rung go on, the highest rung first', () => {
    const two = [trial('stopped', { 1: 5 }), trial('stopped', { 1: 4 })];
    expect(promotion(two, halving)).toBeUndefined();
    const three = [...two, trial('stopped', { 1: 6 })];
    expect(promotion(three, halving)).toEqual({ trial: 1, until: 3 });
    const gone = three.with(1, trial('running', { 1: 4 }));
    expect(promotion(gone, halving)).toBeUndefined();
    const second = [
      trial('stopped', { 1: 1, 3: 1 }),
      trial('stopped', { 1: 2, 3: 2 }),
      trial('stopped', { 1: 3, 3: 3 }),
      ...three,
    ];
    expect(promotion(second, halving)).toEqual({ trial: 0, until: 9 });
  });

  it('looks the other way where higher is better, and does not count on failed ones', () => {
    const trials = [
      trial('stopped', { 1: 5 }),
      trial('stopped', { 1: 7 }),
      trial('stopped', { 1: 6 }),
      trial('failed', {}),
    ];
    expect(promotion(trials, { ...halving, higherIsBetter: true })).toEqual({ trial: 1, until: 3 });
  });

  it('brings one to its end at last, where there are too few', () => {
    const two = [trial('stopped', { 1: 5, 3: 2 }), trial('stopped', { 1: 4 })];
    expect(promotion(two, halving)).toBeUndefined();
    expect(lastPromotion(two, halving)).toEqual({ trial: 0, until: 9 });
    expect(lastPromotion([...two, trial('completed', {}, 9)], halving)).toBeUndefined();
    expect(lastPromotion([], halving)).toBeUndefined();
  });
});

describe('the best trial', () => {
  it('is of those that came to their end, the first of equal ones', () => {
    const trials = [
      trial('completed', {}, 2),
      trial('stopped', { 1: 1 }),
      trial('completed', {}, 1),
      trial('completed', {}, 1),
    ];
    expect(bestOf(trials, { higherIsBetter: false })).toBe(trials[2]);
    expect(bestOf(trials, { higherIsBetter: true })).toBe(trials[0]);
    expect(bestOf([trial('failed', {})], { higherIsBetter: true })).toBeUndefined();
    expect(bestOf([trial('completed', {}, Number.NaN)], { higherIsBetter: true })).toBeUndefined();
  });

  it('is shown first, before those that were better when they were stopped', () => {
    const stopped = { ...trial('stopped', { 1: 1 }), value: 1 };
    const [failed, diverged] = [trial('failed', {}), trial('completed', {}, Number.NaN)];
    const [worse, best] = [trial('completed', {}, 3), trial('completed', {}, 2)];
    const shown = [failed, stopped, diverged, worse, best].sort((a, b) =>
      compareTrials({ higherIsBetter: false }, a, b),
    );
    expect(shown).toEqual([best, worse, stopped, failed, diverged]);
  });
});

describe('a better epoch', () => {
  const [one, other, stopped] = [
    { trial: 1, status: 'completed', value: 0.3, curve: [0.9, 0.24, null, 0.3] },
    { trial: 2, status: 'completed', value: 0.4, curve: [0.29, 0.4] },
    { trial: 3, status: 'stopped', value: 0.1, curve: [0.1] },
  ];

  it('is the best of all, of a trial that came to its end, where it is better than the best trial', () => {
    expect(betterEpochOf([one, other, stopped], { higherIsBetter: false })).toEqual({
      trial: 1,
      epoch: 2,
      value: 0.24,
    });
    expect(betterEpochOf([{ ...one, curve: [0.3] }, other], { higherIsBetter: false })?.trial).toBe(2);
    expect(betterEpochOf([one, other], { higherIsBetter: true })).toEqual({ trial: 1, epoch: 1, value: 0.9 });
  });

  it('is none where it is not, or hardly', () => {
    expect(betterEpochOf([{ ...one, curve: [0.29999, 0.3] }, stopped], { higherIsBetter: false })).toBeUndefined();
    expect(betterEpochOf([stopped], { higherIsBetter: false })).toBeUndefined();
  });
});
