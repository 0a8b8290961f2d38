import { maxPool2d } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { passImages } from './images.js';
import { itMakesOfEachWindow, picture } from './pools.js';

describe('maxPool2d', () => {
  itMakesOfEachWindow(maxPool2d, [5, -1]); // the largest

  it('gives the gradient to the first of the largest', () => {
    const { y, back } = passImages(maxPool2d({ size: 2, stride: 1 }), [picture]);
    expect(y).toEqual([
      [
        [[5], [5]],
        [[8], [8]],
      ],
    ]);
    expect(
      back([
        [
          [[1], [10]],
          [[100], [1000]],
        ],
      ]),
    ).toEqual([
      [
        [0, 11, 0],
        [0, 0, 0],
        [0, 1100, 0],
      ],
    ]);
  });
});
