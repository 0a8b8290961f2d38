import { layerNorm } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { imagesOf, passImages } from './images.js';

describe('layerNorm', () => {
  it('gives each sample the mean 0 and the variance 1', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                                       --a--b--|', {
        a: batchOf([[1, 3]]),
        b: batchOf([
          [5, 5],
          [40, 20],
        ]),
      });
      expectObservable(x.pipe(layerNorm({ epsilon: 1e-9 }))).toBe('--c--d--|', {
        c: { x: [[-1, 1]] },
        d: {
          x: [
            [0, 0],
            [1, -1],
          ],
        },
      });
    });
  });

  it('scales by gamma and shifts by beta, each number by its own', () => {
    const layer = layerNorm({ epsilon: 1e-9 });
    const { weights } = passImages(layer, [[1, 3]]);
    weights.gamma.set([1, 10]);
    weights.beta.set([5, 0]);
    expect(passImages(layer, [[1, 3]]).y).toEqual([[expect.closeTo(4, 6), expect.closeTo(10, 6)]]);
  });

  it('has the gradient of its formula, on rows and on images', () => {
    expect(
      gradientError(layerNorm(), [
        [1, 0.2, 4],
        [-0.5, 3, 0.1],
      ]),
    ).toBeLessThan(1e-6);
    expect(gradientError(layerNorm({ epsilon: 0.1 }), imagesOf([3, 2, 3, 2]))).toBeLessThan(1e-6);
  });

  it('is the same in training and outside', () => {
    const layer = layerNorm();
    expect(passImages(layer, [[1, 2, 4]], 'test').y).toEqual(passImages(layer, [[1, 2, 4]], 'train').y);
  });
});
