import { flatten } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { imagesOf, outputOf, passImages } from './images.js';

describe('flatten', () => {
  it('makes one row of a sample', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                       --a--b--|', {
        a: batchOf([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
        b: batchOf([
          [
            [5, 6],
            [7, 8],
          ],
          [
            [9, 10],
            [11, 12],
          ],
        ]),
      });
      expectObservable(x.pipe(flatten())).toBe('--c--d--|', {
        c: { x: [[1, 2, 3, 4]] },
        d: {
          x: [
            [5, 6, 7, 8],
            [9, 10, 11, 12],
          ],
        },
      });
    });
  });

  it('gives the gradient back in the shape of the sample', () => {
    const { back } = passImages(flatten(), [[[[1, 2]], [[3, 4]]]]);
    expect(back([[5, 6, 7, 8]])).toEqual([[[[5, 6]], [[7, 8]]]]);
  });

  it('has the gradient of its formula', () => {
    expect(gradientError(flatten(), imagesOf([2, 3, 5, 2]))).toBeLessThan(1e-9);
  });

  it('leaves one axis', () => {
    expect(outputOf(flatten(), [7, 7, 64])).toEqual([3136]);
    expect(outputOf(flatten(), [10])).toEqual([10]);
  });
});
