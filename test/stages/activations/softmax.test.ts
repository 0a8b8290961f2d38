import { PipelineError, softmax } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';
import { pass, shapes } from '../emissions.js';

describe('softmax', () => {
  it('makes probabilities of scores, row by row', () => {
    marbles(({ cold, expectObservable }) => {
      const halfAndHalf = batchOf([
        [0, 0],
        [7, 7],
      ]);
      const oneToThree = batchOf([[0, Math.log(3)]]);
      const x = cold('                          --a--b--|', { a: halfAndHalf, b: oneToThree });
      expectObservable(x.pipe(softmax())).toBe('--c--d--|', {
        c: {
          x: [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
        },
        d: { x: [[0.25, 0.75]] },
      });
    });
  });

  it('gives every row the sum 1', () => {
    const { y } = pass(softmax(), [
      [1, 2, 3],
      [-5, 0, 5],
      [100, 0.1, -100],
    ]);
    for (const row of y) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 15);
  });

  it('does not change when a row is moved as a whole', () => {
    const { y } = pass(softmax(), [
      [1, 2, 4],
      [1001, 1002, 1004],
    ]);
    expect(y[1]).toEqual(y[0]);
  });

  it('does not overflow where numbers are huge', () => {
    expect(
      pass(softmax(), [
        [1000, -1000],
        [-1000, -1000],
        [1000, 1000],
      ]).y,
    ).toEqual([
      [1, 0],
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
  });

  it('refuses samples that are not one row of scores', () => {
    expect(() => through(softmax(), batchOf([[[1, 2]], [[3, 4]]]))).toThrow(
      new PipelineError(
        'softmax takes scores in one row a sample, but gets the shape [1, 2]; put a dense layer before it',
      ),
    );
  });

  it('gives a lone class all', () => {
    const { y, back } = pass(softmax(), [[3]]);
    expect([y, back([[5]])]).toEqual([[[1]], [[0]]]);
  });

  it('shows NaN in its own row only', () => {
    const { y } = pass(softmax(), [
      [Number.NaN, 1],
      [0, 0],
    ]);
    expect(y).toEqual([
      [Number.NaN, Number.NaN],
      [0.5, 0.5],
    ]);
  });

  it('sends back y (dy - Σ dy y)', () => {
    const { back } = pass(softmax(), [[0, Math.log(3)]]);
    // Σ = 1·¼ + 2·¾ = 1.75
    const [[left, right]] = back([[1, 2]]);
    expect(left).toBeCloseTo(0.25 * (1 - 1.75), 15);
    expect(right).toBeCloseTo(0.75 * (2 - 1.75), 15);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(softmax(), rows)).toBeLessThan(1e-8);
  });
});
