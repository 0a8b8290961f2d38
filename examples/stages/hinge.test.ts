import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { expect, test } from 'vitest';
import { hinge } from './hinge.js';

const rows = [
  [2, 0.5],
  [-2, 0.25],
];

test('hinge', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('               -a-|', { a: batchOf(rows, { labels: [0, 1] }) });
    const step = {
      loss: 1.125,
      dx: [
        [0, 0.5],
        [0, -0.5],
      ],
    };
    expectObservable(source.pipe(hinge())).toBe('-a-|', { a: step });
  });
  expect(lossGradientError(hinge(), rows, [0, 1])).toBeLessThan(1e-6);
});
