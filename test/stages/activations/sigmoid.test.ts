import { sigmoid } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('sigmoid', () => {
  it('squeezes any number into 0 to 1', () => {
    marbles(({ cold, expectObservable }) => {
      // 1 / (1 + exp(-log 3)) = 1 / (1 + 1/3)
      const log3 = Math.log(3);
      const x = cold('                          --a--b--|', { a: batchOf([[0]]), b: batchOf([[log3]]) });
      expectObservable(x.pipe(sigmoid())).toBe('--c--d--|', { c: { x: [[0.5]] }, d: { x: [[0.75]] } });
    });
  });

  it('has its steepest slope, ¼, at 0', () => {
    expect(slopeAt(sigmoid(), 0)).toBe(0.25);
    expect(slopeAt(sigmoid(), Math.log(3))).toBeCloseTo(0.75 * 0.25, 15);
  });

  it('is flat, and not NaN, where numbers are huge', () => {
    expect([valueAt(sigmoid(), -1000), valueAt(sigmoid(), 1000)]).toEqual([0, 1]);
    expect([slopeAt(sigmoid(), -1000), slopeAt(sigmoid(), 1000)]).toEqual([0, 0]);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(sigmoid(), rows)).toBeLessThan(1e-8);
  });
});
