import { elu, PipelineError } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('elu', () => {
  it('passes what is positive, and bends what is negative towards -1', () => {
    marbles(({ cold, expectObservable }) => {
      // exp(-log 2) - 1 = 1/2 - 1
      const x = cold('                      --a--b--|', { a: batchOf([[-Math.log(2), 2]]), b: batchOf([[0, -1000]]) });
      expectObservable(x.pipe(elu())).toBe('--c--d--|', { c: { x: [[-0.5, 2]] }, d: { x: [[0, -1]] } });
    });
  });

  it('has its floor at -alpha', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                                  --a--|', { a: batchOf([[-Math.log(2), -1000, 2]]) });
      expectObservable(x.pipe(elu({ alpha: 3 }))).toBe('--b--|', { b: { x: [[-1.5, -3, 2]] } });
    });
  });

  it('has slope 1 above 0, and y + alpha elsewhere, 0 included', () => {
    expect(slopeAt(elu({ alpha: 3 }), 2)).toBe(1);
    expect(slopeAt(elu({ alpha: 3 }), 0)).toBe(3);
    expect(slopeAt(elu({ alpha: 3 }), -Math.log(2))).toBeCloseTo(1.5, 15);
  });

  it('is exact close to 0', () => {
    expect(valueAt(elu(), -1e-12)).toBeCloseTo(-1e-12, 23);
  });

  it('is finite where numbers are huge', () => {
    expect([valueAt(elu(), 1000), slopeAt(elu(), 1000), slopeAt(elu(), -1000)]).toEqual([1000, 1, 0]);
  });

  it('lets NaN through', () => {
    expect(valueAt(elu(), Number.NaN)).toBeNaN();
  });

  it('refuses an alpha that is not positive', () => {
    expect(() => elu({ alpha: 0 })).toThrow(PipelineError);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(elu(), rows)).toBeLessThan(1e-8);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula for another alpha, on %s', (_, rows) => {
    expect(gradientError(elu({ alpha: 0.4 }), rows)).toBeLessThan(1e-8);
  });
});
