import { averagePool2d, PipelineError } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { imagesOf, outputOf, passImages } from './images.js';

const picture = [
  [1, 5, -2],
  [5, 0, -6],
  [7, 8, -4],
];

describe('averagePool2d', () => {
  it('takes the mean of each window', () => {
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
      expectObservable(a.pipe(averagePool2d())).toBe('--c--|', { c: { x: [[[[2.75]]]] } });
      const b = cold('                         --b--|', given);
      expectObservable(b.pipe(averagePool2d())).toBe('--d--|', { d: { x: [[[[-2.5]]]] } });
    });
  });

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

  it.each([
    ['windows side by side', {}],
    ['windows that overlap', { size: 3, stride: 1 }],
    ['padding', { size: 3, stride: 2, padding: 1 }],
    ['the size kept', { size: [2, 3], stride: 1, padding: 'same' }],
  ] as const)('has the gradient of its formula, with %s', (_, options) => {
    expect(
      gradientError(averagePool2d(options as Parameters<typeof averagePool2d>[0]), imagesOf([2, 5, 4, 3])),
    ).toBeLessThan(1e-7);
  });

  it('leaves out what does not fill a window', () => {
    expect(outputOf(averagePool2d({ size: 2 }), [7, 8, 3])).toEqual([3, 4, 3]);
    expect(outputOf(averagePool2d({ size: [3, 2], stride: 1 }), [7, 8])).toEqual([5, 7, 1]);
  });

  it('refuses padding that fills a window, and what is no image', () => {
    expect(() => outputOf(averagePool2d({ size: 2, padding: 2 }), [7, 8])).toThrow(PipelineError);
    expect(() => outputOf(averagePool2d({ size: 2, padding: 2 }), [7, 8])).toThrow(
      'averagePool2d: padding must be smaller than the window of 2 by 2',
    );
    expect(() => outputOf(averagePool2d(), [784])).toThrow('averagePool2d takes images');
  });
});
