import { identity } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { pass, shapes } from '../emissions.js';

describe('identity', () => {
  it('passes every number as it is', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                           --a--b--|', { a: batchOf([[-1, 2]]), b: batchOf([[0, 1e9]]) });
      expectObservable(x.pipe(identity())).toBe('--c--d--|', { c: { x: [[-1, 2]] }, d: { x: [[0, 1e9]] } });
    });
  });

  it('passes the gradient as it is', () => {
    expect(pass(identity(), [[-1, 0, 2]]).back([[3, -4, 5]])).toEqual([[3, -4, 5]]);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(identity(), rows)).toBeLessThan(1e-8);
  });
});
