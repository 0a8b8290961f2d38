import { softplus } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('softplus', () => {
  it('is a relu with its corner rounded off', () => {
    marbles(({ cold, expectObservable }) => {
      // log(1 + exp(0)) = log 2, log(1 + exp(log 3)) = log 4
      const x = cold('                           --a--b--|', { a: batchOf([[0]]), b: batchOf([[Math.log(3)]]) });
      expectObservable(x.pipe(softplus())).toBe('--c--d--|', { c: { x: [[Math.LN2]] }, d: { x: [[2 * Math.LN2]] } });
    });
  });

  it('has the sigmoid for its slope', () => {
    expect(slopeAt(softplus(), 0)).toBe(0.5);
    expect(slopeAt(softplus(), Math.log(3))).toBeCloseTo(0.75, 15);
  });

  it('does not overflow where numbers are huge', () => {
    expect([valueAt(softplus(), -1000), valueAt(softplus(), 1000)]).toEqual([0, 1000]);
    expect([slopeAt(softplus(), -1000), slopeAt(softplus(), 1000)]).toEqual([0, 1]);
  });

  it('keeps its digits far below 0', () => {
    expect(valueAt(softplus(), -40) / Math.exp(-40)).toBeCloseTo(1, 12);
  });

  it('lets NaN through', () => {
    expect(valueAt(softplus(), Number.NaN)).toBeNaN();
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(softplus(), rows)).toBeLessThan(1e-8);
  });
});
