import { tanh } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('tanh', () => {
  it('squeezes any number into -1 to 1, and 0 stays 0', () => {
    marbles(({ cold, expectObservable }) => {
      // tanh(log 2) = (2 - 1/2) / (2 + 1/2)
      const log2 = Math.log(2);
      const x = cold('                       --a--b--|', { a: batchOf([[0, 0]]), b: batchOf([[-log2, log2]]) });
      expectObservable(x.pipe(tanh())).toBe('--c--d--|', { c: { x: [[0, 0]] }, d: { x: [[-0.6, 0.6]] } });
    });
  });

  it('has slope 1 at 0, and 1 - y² elsewhere', () => {
    expect(slopeAt(tanh(), 0)).toBe(1);
    expect(slopeAt(tanh(), Math.log(2))).toBeCloseTo(1 - 0.36, 15);
  });

  it('is flat, and not NaN, where numbers are huge', () => {
    expect([valueAt(tanh(), -1000), valueAt(tanh(), 1000)]).toEqual([-1, 1]);
    expect([slopeAt(tanh(), -1000), slopeAt(tanh(), 1000)]).toEqual([0, 0]);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(tanh(), rows)).toBeLessThan(1e-8);
  });
});
