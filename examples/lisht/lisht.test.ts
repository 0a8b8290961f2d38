import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { expect, test } from 'vitest';
import { lisht } from './lisht.js';

test('lisht', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('               -a-|', { a: batchOf([[0, 1]]) });
    expectObservable(source.pipe(lisht())).toBe('-a-|', { a: { x: [[0, 0.761594]] } });
  });
  expect(gradientError(lisht(), [[-1, 0.5, 2]])).toBeLessThan(1e-6);
});
