import { conv2d, PipelineError } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { imagesOf, outputOf, passImages } from './images.js';

type Options = Parameters<typeof conv2d>[0];

describe('conv2d', () => {
  it('gives every pixel a weighted sum of those in its window', () => {
    marbles(({ cold, expectObservable }) => {
      const layer = conv2d({ filters: 1, kernel: [1, 2] });
      const { weights } = passImages(layer, [[[0, 0, 0]]]); // built, for one row of three pixels
      weights.W.set([1, 10]);
      weights.b.set([0.5]);
      const x = cold('                      --a--b--|', { a: batchOf([[[1, 2, 3]]]), b: batchOf([[[0, 0, 4]]]) });
      expectObservable(x.pipe(layer)).toBe('--c--d--|', {
        c: { x: [[[[21.5], [32.5]]]] },
        d: { x: [[[[0.5], [40.5]]]] },
      });
    });
  });

  it('keeps W as [height, width, channels, filters]', () => {
    const layer = conv2d({ filters: 2, kernel: [1, 2] });
    const picture = [
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ];
    const { weights } = passImages(layer, picture);
    weights.W.set([
      ...[1, 0], // what the first channel of the left pixel adds to each filter
      ...[10, 0],
      ...[100, 0],
      ...[1000, 1],
    ]);
    expect(passImages(layer, picture).y).toEqual([[[[4321, 4]]]]);
  });

  it('sends back what each window gave', () => {
    const layer = conv2d({ filters: 1, kernel: [1, 2] });
    passImages(layer, [[[0, 0, 0]]]).weights.W.set([1, 10]);
    const { back, gradients } = passImages(layer, [[[1, 2, 3]]]);
    expect(back([[[[1], [100]]]])).toEqual([[[1, 10 + 100, 1000]]]);
    expect([...gradients.W, ...gradients.b]).toEqual([1 + 200, 2 + 300, 101]);
  });

  it.each<[string, Options, readonly [number, number, number, number]]>([
    ['one channel', { filters: 2, kernel: 3 }, [2, 4, 5, 1]],
    ['several channels', { filters: 3, kernel: 2 }, [2, 3, 3, 4]],
    ['strides and padding', { filters: 2, kernel: 3, stride: [2, 1], padding: [1, 2] }, [1, 5, 4, 2]],
    ['the size kept', { filters: 2, kernel: [4, 3], padding: 'same' }, [1, 4, 4, 1]],
    ['dilation', { filters: 1, kernel: 2, dilation: [2, 3] }, [1, 5, 5, 2]],
    ['groups', { filters: 4, kernel: 2, groups: 2 }, [1, 3, 3, 4]],
    ['a filter for each channel', { filters: 3, kernel: 2, groups: 3 }, [2, 3, 3, 3]],
    ['no bias', { filters: 2, kernel: 1, bias: false }, [2, 2, 2, 2]],
  ])('has the gradient of its formula, with %s', (_, options, shape) => {
    expect(gradientError(conv2d(options), imagesOf(shape))).toBeLessThan(1e-7);
  });

  it.each<[Options, readonly number[], readonly number[]]>([
    [{ filters: 30, kernel: 5 }, [28, 28], [24, 24, 30]],
    [{ filters: 30, kernel: 5 }, [28, 28, 3], [24, 24, 30]],
    [{ filters: 2, padding: 'same' }, [7, 8], [7, 8, 2]],
    [{ filters: 2, padding: 'same', stride: 2 }, [7, 8], [4, 4, 2]],
    [{ filters: 2, padding: 1, stride: [1, 3] }, [7, 8], [7, 3, 2]],
    [{ filters: 2, dilation: 3 }, [7, 8], [1, 2, 2]],
  ])('%j makes of %j %j', (options, shape, output) => {
    expect(outputOf(conv2d(options), shape)).toEqual(output);
  });

  it('draws first weights by the numbers that a filter sees', () => {
    const { weights } = passImages(conv2d({ filters: 64, kernel: 5 }), imagesOf([1, 5, 5, 32]));
    const squares = Array.from(weights.W).reduce((sum, value) => sum + value * value, 0);
    expect(squares / weights.W.length / (2 / (5 * 5 * 32))).toBeCloseTo(1, 1);
    expect([...weights.b]).toEqual(new Array(64).fill(0));
  });

  it.each<[string, Options, readonly number[]]>([
    [
      'conv2d takes images, [height, width] or [height, width, channels], but gets the shape [784]',
      { filters: 1 },
      [784],
    ],
    ['conv2d: a window of 3 by 3 does not fit on an image of 2 by 8', { filters: 1 }, [2, 8]],
    [
      'conv2d: a window of 3 by 1, which reaches over 29 by 1 with dilation 14 by 14, does not fit on an image of 28 by 28; ' +
        'make it, or its dilation, smaller, or give it padding: same',
      { filters: 1, kernel: [3, 1], dilation: 14 },
      [28, 28],
    ],
    ['conv2d: 3 channels and 4 filters cannot both be cut into 2 groups', { filters: 4, groups: 2 }, [5, 5, 3]],
  ])('refuses: %s', (problem, options, shape) => {
    expect(() => outputOf(conv2d(options), shape)).toThrow(PipelineError);
    expect(() => outputOf(conv2d(options), shape)).toThrow(problem);
  });
});
