import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { expect, test } from 'vitest';
import { scale } from './scale.js';

test('scale', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('               -a-|', { a: batchOf([[-1, 3]]) });
    expectObservable(source.pipe(scale())).toBe('-a-|', { a: { x: [[-1, 3]] } });
  });
  const rows = [
    [-1, 3],
    [2, 0.5],
  ];
  expect(gradientError(scale(), rows)).toBeLessThan(1e-6);
});
