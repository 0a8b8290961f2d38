import { describe, expect, it } from 'vitest';
import {
  cosineFactor,
  factorsOf,
  oneCycleFactor,
  type ScheduleOptions,
  schedule,
  stepFactor,
  warmUpFactor,
} from '../../../src/core/families/schedule.js';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The factors of the first steps, where an epoch has 10. */
const firstFactors = (options: Partial<ScheduleOptions>, count: number, epochs: number | undefined = 2): number[] => {
  const factorAt = factorsOf({ schedule: 'constant', warmUp: 0, ...options }, epochs);
  return upTo(count).map((step) => factorAt(step, 10));
};

describe('the schedules', () => {
  it('constant is 1 for ever', () => {
    expect(firstFactors({}, 3, undefined)).toEqual([1, 1, 1]);
  });

  it('a warm-up goes a little further each step, and all the way in its last', () => {
    expect(upTo(4).map((step) => warmUpFactor(step, 4))).toEqual([0.25, 0.5, 0.75, 1]);
    expect(firstFactors({ warmUp: 4 }, 6, undefined)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  });

  it('step drops every so many steps', () => {
    const options = { every: 2, factor: 0.5 };
    expect(upTo(6).map((step) => stepFactor(step, options))).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
    expect(firstFactors({ schedule: { step: options } }, 3, undefined)).toEqual([1, 1, 0.5]);
  });

  it('cosine falls slowly, then fast, then slowly, and stays at its end', () => {
    expect(cosineFactor(0, 10, { endFactor: 0.2 })).toBe(1);
    expect(cosineFactor(5, 10, { endFactor: 0.2 })).toBeCloseTo(0.6, 15);
    expect(cosineFactor(10, 10, { endFactor: 0.2 })).toBeCloseTo(0.2, 15);
    expect(cosineFactor(15, 10, { endFactor: 0.2 })).toBeCloseTo(0.2, 15);
  });

  it('oneCycle rises to 1 and falls to its end, where it stays', () => {
    const factorAt = (step: number) => oneCycleFactor(step, 20, { rise: 0.3, startFactor: 0.1, endFactor: 0.01 });
    expect(factorAt(0)).toBeCloseTo(0.1, 15);
    expect(factorAt(5)).toBe(1); // the sixth of 20 steps
    expect(factorAt(19)).toBeCloseTo(0.01, 15);
    expect(factorAt(100)).toBeCloseTo(0.01, 15);
    const factors = upTo(20).map(factorAt);
    expect(factors.indexOf(Math.max(...factors))).toBe(5);
  });

  it.each([1, 2, 3])('oneCycle has a factor for each of %d steps', (steps) => {
    const factors = upTo(steps).map((step) =>
      oneCycleFactor(step, steps, { rise: 0.5, startFactor: 0.1, endFactor: 0 }),
    );
    for (const factor of factors) {
      expect(factor).toBeGreaterThanOrEqual(0);
      expect(factor).toBeLessThanOrEqual(1);
    }
  });
});

describe('where a schedule ends', () => {
  it('is where the run ends: its epochs, of as many steps as the first one has', () => {
    expect(firstFactors({ schedule: 'cosine' }, 20)[10]).toBeCloseTo(0.5, 15);
    expect(firstFactors({ schedule: 'cosine' }, 40, 4)[20]).toBeCloseTo(0.5, 15);
  });

  it('is as far from the end of the warm-up as is left', () => {
    const factors = firstFactors({ schedule: 'cosine', warmUp: 10 }, 20);
    expect(factors.slice(9, 11)).toEqual([1, 1]);
    expect(factors[15]).toBeCloseTo(0.5, 15);
  });

  it('is where it is told to be', () => {
    expect(firstFactors({ schedule: { cosine: { endFactor: 0, steps: 4 } } }, 6, undefined)[2]).toBeCloseTo(0.5, 15);
  });

  it('need not be reached by a warm-up that is longer than the run', () => {
    expect(firstFactors({ schedule: 'cosine', warmUp: 100 }, 20)[19]).toBeCloseTo(0.2, 15);
  });

  it.each(['cosine', 'oneCycle'] as const)('must be told to %s where nobody knows the epochs', (name) => {
    expect(() => factorsOf({ schedule: name, warmUp: 0 }, undefined)).toThrow(
      `the schedule ${name} must know how many steps there are; in a plain pipe, say so: { ${name}: { steps: 6000 } }`,
    );
  });

  it('is not a place for two warm-ups', () => {
    expect(() => factorsOf({ schedule: 'oneCycle', warmUp: 5 }, 1)).toThrow(
      'the schedule oneCycle has a warm-up of its own, rise; leave out warmUp',
    );
  });
});

it.each([{}, { step: { every: 1 }, cosine: {} }, 'step', 'linear', 3])('%j is no schedule', (given) => {
  expect(schedule.safeParse(given).success).toBe(false);
});
