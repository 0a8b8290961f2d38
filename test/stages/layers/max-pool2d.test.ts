import { maxPool2d, PipelineError } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { imagesOf, outputOf, passImages } from './images.js';

const picture = [
  [1, 5, -2],
  [5, 0, -6],
  [7, 8, -4],
];

describe('maxPool2d', () => {
  it('takes the largest of each window', () => {
    marbles(({ cold, expectObservable }) => {
      const given = {
        a: batchOf([picture]),
        b: batchOf([
          [
            [-1, -4],
            [-2, -3],
          ],
        ]),
      };
      const a = cold('                         --a--|', given);
      expectObservable(a.pipe(maxPool2d())).toBe('--c--|', { c: { x: [[[[5]]]] } });
      const b = cold('                         --b--|', given);
      expectObservable(b.pipe(maxPool2d())).toBe('--d--|', { d: { x: [[[[-1]]]] } });
    });
  });

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

  it.each([
    ['windows side by side', {}],
    ['windows that overlap', { size: 3, stride: 1 }],
    ['padding', { size: 3, stride: 2, padding: 1 }],
    ['the size kept', { size: [2, 3], stride: 1, padding: 'same' }],
  ] as const)('has the gradient of its formula, with %s', (_, options) => {
    expect(gradientError(maxPool2d(options as Parameters<typeof maxPool2d>[0]), imagesOf([2, 5, 4, 3]))).toBeLessThan(
      1e-7,
    );
  });

  it('leaves out what does not fill a window', () => {
    expect(outputOf(maxPool2d({ size: 2 }), [7, 8, 3])).toEqual([3, 4, 3]);
    expect(outputOf(maxPool2d({ size: [3, 2], stride: 1 }), [7, 8])).toEqual([5, 7, 1]);
  });

  it('refuses padding that fills a window, and what is no image', () => {
    expect(() => outputOf(maxPool2d({ size: 2, padding: 2 }), [7, 8])).toThrow(PipelineError);
    expect(() => outputOf(maxPool2d({ size: 2, padding: 2 }), [7, 8])).toThrow(
      'maxPool2d: padding must be smaller than the window of 2 by 2',
    );
    expect(() => outputOf(maxPool2d(), [784])).toThrow('maxPool2d takes images');
  });
});
