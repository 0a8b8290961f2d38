/** What every pool over windows does, whatever it makes of a window. */
import { type averagePool2d, type maxPool2d, PipelineError } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { expect, it } from 'vitest';
import { imagesOf, outputOf } from './images.js';

export const picture = [
  [1, 5, -2],
  [5, 0, -6],
  [7, 8, -4],
];

const other = [
  [-1, -4],
  [-2, -3],
];

/** @param made of the first window of `picture`, and of `other`: -1, -4, -2, -3 */
export function itMakesOfEachWindow(
  pool: typeof maxPool2d | typeof averagePool2d,
  made: readonly [number, number],
): void {
  const { name } = pool.definition;

  it('makes one number of each window', () => {
    marbles(({ cold, expectObservable }) => {
      const given = { a: batchOf([picture]), b: batchOf([other]) };
      const a = cold('                      --a--|', given);
      expectObservable(a.pipe(pool())).toBe('--c--|', { c: { x: [[[[made[0]]]]] } });
      const b = cold('                      --b--|', given);
      expectObservable(b.pipe(pool())).toBe('--d--|', { d: { x: [[[[made[1]]]]] } });
    });
  });

  it.each<[string, Parameters<typeof pool>[0]]>([
    ['windows side by side', {}],
    ['windows that overlap', { size: 3, stride: 1 }],
    ['padding', { size: 3, stride: 2, padding: 1 }],
    ['the size kept', { size: [2, 3], stride: 1, padding: 'same' }],
  ])('has the gradient of its formula, with %s', (_, options) => {
    expect(gradientError(pool(options), imagesOf([2, 5, 4, 3]))).toBeLessThan(1e-7);
  });

  it('leaves out what does not fill a window', () => {
    expect(outputOf(pool({ size: 2 }), [7, 8, 3])).toEqual([3, 4, 3]);
    expect(outputOf(pool({ size: [3, 2], stride: 1 }), [7, 8])).toEqual([5, 7, 1]);
  });

  it('refuses padding that fills a window, and what is no image', () => {
    expect(() => outputOf(pool({ size: 2, padding: 2 }), [7, 8])).toThrow(PipelineError);
    expect(() => outputOf(pool({ size: 2, padding: 2 }), [7, 8])).toThrow(
      `${name}: padding must be smaller than the window of 2 by 2`,
    );
    expect(() => outputOf(pool(), [784])).toThrow(`${name} takes images`);
  });
}
