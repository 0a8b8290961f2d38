import { dropout2d } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { imagesOf, outputOf, passImages } from './images.js';

describe('dropout2d', () => {
  it('passes images as they are where nothing is dropped', () => {
    marbles(({ cold, expectObservable }) => {
      const picture = [
        [
          [1, 10],
          [2, 20],
        ],
      ];
      const x = cold('                                  --a--|', { a: batchOf([picture]) });
      expectObservable(x.pipe(dropout2d({ rate: 0 }))).toBe('--c--|', { c: { x: [picture] } });
    });
  });

  it('drops all of a channel or nothing, and scales the rest', () => {
    const ones = Array.from({ length: 50 }, () => [
      [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ],
    ]);
    const { y, back } = passImages(dropout2d({ rate: 0.2 }), ones);
    const [left, right] = [0, 1].map((column) => (y as number[][][][]).flatMap(([row]) => row[column]));
    expect(left).toEqual(right);
    expect(new Set(left)).toEqual(new Set([0, 1.25]));
    const dropped = left.filter((value) => value === 0).length / left.length;
    expect(Math.abs(dropped - 0.2)).toBeLessThan(0.15); // five standard deviations of 200 draws
    expect(back(ones)).toEqual(y);
  });

  it('drops nothing outside training', () => {
    const images = imagesOf([2, 3, 3, 4]);
    expect(passImages(dropout2d({ rate: 0.9 }), images, 'test').y).toEqual(images);
  });

  it('has the gradient of its formula', () => {
    expect(gradientError(dropout2d({ rate: 0 }), imagesOf([2, 3, 3, 2]))).toBeLessThan(1e-9);
  });

  it('takes images alone', () => {
    expect(outputOf(dropout2d(), [7, 7, 3])).toEqual([7, 7, 3]);
    expect(() => outputOf(dropout2d(), [64])).toThrow('dropout2d takes images');
  });
});
