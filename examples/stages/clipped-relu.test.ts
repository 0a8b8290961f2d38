import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { expect, test } from 'vitest';
import { clippedRelu } from './clipped-relu.js';

test('clippedRelu', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('                                    -a-|', { a: batchOf([[-1, 2, 5]]) });
    expectObservable(source.pipe(clippedRelu({ ceiling: 3 }))).toBe('-a-|', { a: { x: [[0, 2, 3]] } });
  });
  expect(gradientError(clippedRelu({ ceiling: 3 }), [[-1, 2, 5]])).toBeLessThan(1e-6);
});
