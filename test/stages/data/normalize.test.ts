import { batch, type Examples, normalize, PipelineError } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';

const bytes: Examples = { ...examplesOf([[0, 51, 255]]), features: Uint8Array.of(0, 51, 255) };

const spec = { kind: 'examples', shape: [3], classes: undefined } as const;

describe('normalize', () => {
  it('divides bytes into numbers from 0 to 1', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                                                -a-|', { a: bytes });
      expectObservable(examples.pipe(normalize({ divisor: 255 }), batch({ size: 1 }))).toBe('-b-|', {
        b: { x: [[0, 0.2, 1]] },
      });
    });
  });

  it('takes off the mean, then divides by the standard deviation', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                                                      -a-|', { a: bytes });
      expectObservable(examples.pipe(normalize({ mean: 51, std: 102 }), batch({ size: 1 }))).toBe('-b-|', {
        b: { x: [[-0.5, 0, 2]] },
      });
    });
  });

  it('does as much as it is given of mean and std', () => {
    marbles(({ cold, expectObservable }) => {
      const meanOnly = cold('                                                            -a-|', { a: bytes });
      expectObservable(meanOnly.pipe(normalize({ mean: 51 }), batch({ size: 1 }))).toBe('-b-|', {
        b: { x: [[-51, 0, 204]] },
      });
      const stdOnly = cold('                                                           -a-|', { a: bytes });
      expectObservable(stdOnly.pipe(normalize({ std: 51 }), batch({ size: 1 }))).toBe('-b-|', {
        b: { x: [[0, 1, 5]] },
      });
    });
  });

  it('works on what an earlier one has left', () => {
    marbles(({ cold, expectObservable }) => {
      // 0, 0.2 and 1, then (x - 0.2) / 0.4
      const twice = [normalize({ divisor: 255 }), normalize({ mean: 0.2, std: 0.4 })] as const;
      const examples = cold('                                             -a-|', { a: bytes });
      expectObservable(examples.pipe(...twice, batch({ size: 1 }))).toBe('-b-|', { b: { x: [[-0.5, 0, 2]] } });
    });
  });

  it('takes one number a column', () => {
    marbles(({ cold, expectObservable }) => {
      const rows = examplesOf([
        [1, 10, 100],
        [3, 10, 500],
      ]);
      const byColumn = normalize({ mean: [2, 10, 300], std: [1, 5, 200] });
      const examples = cold('                                   -a-|', { a: rows });
      expectObservable(examples.pipe(byColumn, batch({ size: 2 }))).toBe('-b-|', {
        b: {
          x: [
            [-1, 0, -1],
            [1, 0, 1],
          ],
        },
      });
    });
  });

  it('takes one number a colour of a picture, of bytes as of floats', () => {
    marbles(({ cold, expectObservable }) => {
      // [B, H, W, C] = [1, 1, 2, 2]
      const floats = examplesOf([
        [
          [
            [10, 20],
            [30, 60],
          ],
        ],
      ]);
      const pixels: Examples = { ...floats, features: Uint8Array.from(floats.features) };
      const byColour = [
        normalize({ divisor: 10 }),
        normalize({ mean: [1, 2], std: 2 }),
        normalize({ std: [1, 4] }),
      ] as const;
      for (const pictures of [floats, pixels]) {
        const examples = cold('                                      -a-|', { a: pictures });
        expectObservable(examples.pipe(...byColour, batch({ size: 1 }))).toBe('-b-|', {
          b: {
            x: [
              [
                [
                  [0, 0],
                  [1, 0.5],
                ],
              ],
            ],
          },
        });
      }
    });
  });

  it.each([
    [{ mean: [1, 2] }, 'normalize has 2 numbers in mean, but samples of shape [3] have 3 columns'],
    [{ mean: 0, std: [1, 2, 3, 4] }, 'normalize has 4 numbers in std, but samples of shape [3] have 3 columns'],
  ])('refuses lists that are not one number a column, %o', (options, problem) => {
    expect(() => normalize(options).build(spec, contextWith())).toThrow(
      new PipelineError(`${problem}; give one number a column, or one for all`),
    );
  });

  it('does not rewrite the pixels', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                            -a-|', { a: bytes });
      expectObservable(examples.pipe(normalize({ divisor: 255 }))).toBe('-b-|', {
        b: { features: [0, 51, 255], scaling: { mean: 0, std: 255 } },
      });
    });
  });

  it.each([
    { divisor: 255, mean: 0 },
    { divisor: 255, std: 1 },
    { divisor: 255, mean: 0, std: 1 },
  ])('refuses both ways at once, %o', (options) => {
    expect(() => normalize(options).build(spec, contextWith())).toThrow(
      new PipelineError('normalize takes either a divisor, or mean and std, not both'),
    );
  });

  it('refuses to do nothing', () => {
    expect(() => normalize({}).build(spec, contextWith())).toThrow(
      new PipelineError('normalize needs a divisor, or mean and std'),
    );
  });

  it('refuses to divide by 0 or less', () => {
    expect(() => normalize({ divisor: 0 })).toThrow(PipelineError);
    expect(() => normalize({ std: -1 })).toThrow(PipelineError);
    expect(() => normalize({ std: [1, 0, 1] })).toThrow(PipelineError);
  });
});
