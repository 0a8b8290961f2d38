import { expect, test } from 'vitest';
import { secondsLeft } from '../../../src/cli/reporters/seconds-left.js';

test('nothing is estimated before there is enough to estimate from', () => {
  const left = secondsLeft();
  expect(left(1, 12_000, 5000)).toBeUndefined(); // a slow first step
  expect(left(200, 12_000, 5500)).toBeUndefined();
  expect(left(401, 12_000, 6000)).toBeCloseTo((12_000 - 401) / 400);
  expect(left(12_000, 12_000, 40_000)).toBe(0);
});

test('a run that goes on is judged by its own steps', () => {
  const left = secondsLeft();
  left(5000, 6000, 0);
  expect(left(5000, 6000, 2000)).toBeUndefined();
  expect(left(5500, 6000, 5000)).toBeCloseTo(5);
});
