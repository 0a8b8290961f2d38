import { averagePool2d } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { passImages } from './images.js';
import { itMakesOfEachWindow, picture } from './pools.js';

describe('averagePool2d', () => {
  itMakesOfEachWindow(averagePool2d, [2.75, -2.5]); // the mean

  it('shares the gradient, and counts no padding', () => {
    const { y, back } = passImages(averagePool2d({ size: 2, padding: [0, 1] }), [picture]);
    expect(y).toEqual([[[[3], [-0.75]]]]);
    expect(back([[[[1], [8]]]])).toEqual([
      [
        [0.5, 2, 2],
        [0.5, 2, 2],
        [0, 0, 0],
      ],
    ]);
  });
});
