import { hardSwish } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('hardSwish', () => {
  it('is 0, then a parabola, then x', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                            --a--b--|', { a: batchOf([[-4, -3, 0]]), b: batchOf([[1.5, 3, 4]]) });
      expectObservable(x.pipe(hardSwish())).toBe('--c--d--|', { c: { x: [[0, 0, 0]] }, d: { x: [[1.125, 3, 4]] } });
    });
  });

  it.each([
    [-4, 0],
    [-1.5, 0],
    [0, 0.5],
    [1.5, 1],
    [4, 1],
  ])('at %f has the slope %f', (x, slope) => {
    expect(slopeAt(hardSwish(), x)).toBe(slope);
  });

  it('lets NaN through', () => {
    expect(valueAt(hardSwish(), Number.NaN)).toBeNaN();
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    const apart = rows.map((row) => row.map((x) => (Math.abs(x) > 2.9 && Math.abs(x) < 3.2 ? x - 0.5 : x)));
    expect(gradientError(hardSwish(), apart)).toBeLessThan(1e-8);
  });
});
