import { flip } from 'marblenet';
import { batchOf, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { copies, distorted } from './distorted.js';

const picture = [
  [1, 2, 3],
  [4, 5, 6],
];

describe('flip', () => {
  it.each([
    [
      'horizontal',
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      'vertical',
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ],
  ] as const)('mirrors in the %s direction, exactly', (axis, mirrored) => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                                          --a--|', { a: batchOf([picture]) });
      expectObservable(x.pipe(flip({ axis, probability: 1 }))).toBe('--c--|', { c: { x: [mirrored] } });
    });
  });

  it('mirrors some, and leaves the others', () => {
    const made = distorted(flip({ probability: 0.25 }), copies(400, picture));
    const mirrored = made.filter(([first]) => first === 3).length;
    expect(made.filter(([first]) => first === 1)).toHaveLength(400 - mirrored);
    expect(Math.abs(mirrored / 400 - 0.25)).toBeLessThan(0.11); // five standard deviations
  });
});
