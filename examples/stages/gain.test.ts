import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { expect, test } from 'vitest';
import { gain } from './gain.js';

test('gain', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('               -a-|', { a: batchOf([[-1, 3]]) });
    expectObservable(source.pipe(gain())).toBe('-a-|', { a: { x: [[-1, 3]] } });
  });
  const rows = [
    [-1, 3],
    [2, 0.5],
  ];
  expect(gradientError(gain(), rows)).toBeLessThan(1e-6);
});
