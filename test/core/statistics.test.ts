import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/core/random/counter-random.js';
import { explainedVariance, groupsOf } from '../../src/core/statistics/explained-variance.js';
import { pairedTTest } from '../../src/core/statistics/paired-t-test.js';
import { studentTail } from '../../src/core/statistics/student-t.js';
import { deviationOf, meanOf } from '../../src/core/statistics/summary.js';

/** For few degrees of freedom, the tails are elementary. Source: Abramowitz and Stegun, 26.7.3 and 26.7.4. */
const closed: Readonly<Record<number, (t: number) => number>> = {
  1: (t) => 1 - (2 / Math.PI) * Math.atan(t),
  2: (t) => 1 - t / Math.sqrt(t * t + 2),
  3: (t) => 1 - (2 / Math.PI) * (Math.atan(t / Math.sqrt(3)) + t / Math.sqrt(3) / (1 + (t * t) / 3)),
  4: (t) => 1 - (t / Math.sqrt(t * t + 4)) * (1 + 2 / (t * t + 4)),
};

it.each([1, 2, 3, 4])('has the tails of %i degrees of freedom', (degrees) => {
  for (const t of [0, 0.01, 0.5, 1, 2, 4.3, 12.7, 63, 1000]) {
    const expected = closed[degrees](t);
    expect(Math.abs(studentTail(t, degrees) - expected)).toBeLessThan(1e-9);
    expect(studentTail(-t, degrees)).toBe(studentTail(t, degrees));
  }
});

it('comes near the normal distribution with many degrees of freedom', () => {
  expect(studentTail(1.959963985, 1e6)).toBeCloseTo(0.05, 5);
});

it('knows the ends', () => {
  expect(studentTail(Number.POSITIVE_INFINITY, 2)).toBe(0);
  expect(studentTail(Number.NaN, 2)).toBeNaN();
});

it('tests differences, pair by pair', () => {
  const found = pairedTTest([1, 2, 3, 4], [2, 4, 5, 4.5]);
  expect(found).toMatchObject({ pairs: 4, difference: 1.375 });
  expect(found?.t).toBeCloseTo(1.375 / (0.75 / 2), 12);
  expect(found?.p).toBeCloseTo(closed[3](11 / 3), 9);
  expect(pairedTTest([1, 2], [1, 2])).toEqual({ pairs: 2, difference: 0, t: 0, p: 1 });
  expect(pairedTTest([1, 2], [2, 3])).toMatchObject({ difference: 1, t: Number.POSITIVE_INFINITY, p: 0 });
});

it('says nothing of less than two pairs', () => {
  expect(pairedTTest([1], [2])).toBeUndefined();
  expect(pairedTTest([], [])).toBeUndefined();
});

it('takes mean and standard deviation of a sample', () => {
  expect(meanOf([1, 2, 6])).toBe(3);
  expect(deviationOf([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
  expect(deviationOf([1])).toBeNaN();
  expect(meanOf([])).toBeNaN();
});

it('says how much of a variance groups explain', () => {
  expect(explainedVariance(['a', 'a', 'b', 'b'], [1, 1, 3, 3])).toBe(1);
  expect(explainedVariance(['a', 'b', 'a', 'b'], [1, 1, 3, 3])).toBe(0);
  // between 4, within 1: (4 - 1 * 1 / 2) / 5
  expect(explainedVariance(['a', 'a', 'b', 'b'], [1, 2, 3, 4])).toBeCloseTo(0.7, 12);
  expect(explainedVariance(['a', 'a', 'b', 'b'], [2, 2, 2, 2])).toBe(0);
  expect(explainedVariance(['a', 'a', 'b'], [1, 2, 3])).toBeUndefined();
  expect(explainedVariance([], [])).toBeUndefined();
});

describe('of many small samples', () => {
  const random = new CounterRandom(1);
  const several = (count: number): number[] => Array.from({ length: count }, () => random.uniform());
  const meanShare = (madeOf: (a: number, b: number) => number): number =>
    meanOf(
      Array.from({ length: 400 }, () => {
        const [a, b] = [several(20), several(20)];
        return (
          explainedVariance(
            groupsOf(a),
            a.map((one, i) => madeOf(one, b[i])),
          ) ?? Number.NaN
        );
      }),
    );

  it('explains hardly anything of noise', () => {
    expect(meanShare((_, b) => b)).toBeLessThan(0.1);
  });

  it('explains what a known function says', () => {
    // 4a + b: a has 16/17 of the variance, of which five groups leave 1/25 inside them
    expect(meanShare((a, b) => 4 * a + b)).toBeCloseTo((16 / 17) * (24 / 25), 1);
  });
});

it('puts many numbers into five groups of about as many, and few into one each', () => {
  expect(groupsOf([3, 1, 3, 1])).toEqual(['3', '1', '3', '1']);
  expect(groupsOf([9, 0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual(['2', '0', '0', '0', '0', '1', '1', '1', '2', '2']);
  expect(groupsOf([3, 1, 2, 5])).toEqual(['0', '0', '0', '0']);
  expect(new Set(groupsOf(Array.from({ length: 100 }, (_, i) => i))).size).toBe(5);
});
