import { relu } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { pass, shapes, slopeAt, valueAt } from '../emissions.js';

describe('relu', () => {
  it('passes what is positive and blocks what is negative', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                       --a--b--|', { a: batchOf([[-1, 2]]), b: batchOf([[3, -4]]) });
      expectObservable(x.pipe(relu())).toBe('--c--d--|', { c: { x: [[0, 2]] }, d: { x: [[3, 0]] } });
    });
  });

  it('lets the gradient through where it let the number through', () => {
    const { back } = pass(relu(), [[-1, 2, 3]]);
    expect(back([[10, 20, -30]])).toEqual([[0, 20, -30]]);
  });

  it('is 0 at the corner, and so is its slope', () => {
    expect(valueAt(relu(), 0)).toBe(0);
    expect(slopeAt(relu(), 0)).toBe(0);
  });

  it('lets NaN through, so that a broken run is seen', () => {
    expect(valueAt(relu(), Number.NaN)).toBeNaN();
  });

  it('passes the infinite on its positive side', () => {
    expect([valueAt(relu(), Infinity), valueAt(relu(), -Infinity)]).toEqual([Infinity, 0]);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(relu(), rows)).toBeLessThan(1e-8);
  });
});
