import { globalAveragePool } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { imagesOf, outputOf, passImages } from './images.js';

describe('globalAveragePool', () => {
  it('takes the mean of each channel', () => {
    marbles(({ cold, expectObservable }) => {
      const picture = [
        [
          [1, 10],
          [2, 20],
        ],
        [
          [3, 30],
          [6, 0],
        ],
      ];
      const x = cold('                                 --a--|', { a: batchOf([picture]) });
      expectObservable(x.pipe(globalAveragePool())).toBe('--c--|', { c: { x: [[3, 15]] } });
    });
  });

  it('shares the gradient among the pixels', () => {
    expect(passImages(globalAveragePool(), [[[[1], [2]]]]).back([[4]])).toEqual([[[[2], [2]]]]);
  });

  it('has the gradient of its formula', () => {
    expect(gradientError(globalAveragePool(), imagesOf([2, 3, 5, 2]))).toBeLessThan(1e-7);
  });

  it('leaves one number a channel', () => {
    expect(outputOf(globalAveragePool(), [7, 7, 64])).toEqual([64]);
    expect(outputOf(globalAveragePool(), [28, 28])).toEqual([1]);
    expect(() => outputOf(globalAveragePool(), [64])).toThrow('globalAveragePool takes images');
  });
});
