import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { expect, test } from 'vitest';
import { swish } from './swish.js';

test('swish', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('               -a-|', { a: batchOf([[0, 1]]) });
    expectObservable(source.pipe(swish())).toBe('-a-|', { a: { x: [[0, 0.731059]] } });
  });
  expect(gradientError(swish(), [[-1, 0.5, 2]])).toBeLessThan(1e-6);
});
