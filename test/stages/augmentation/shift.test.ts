import { shift } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { copies, distorted } from './distorted.js';

const image = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

/** The image, moved to the right and down by whole pixels. */
const moved = (right: number, down: number, outside: (y: number, x: number) => number): number[] =>
  image.flatMap((row, y) => row.map((_, x) => image[y - down]?.[x - right] ?? outside(y - down, x - right)));

const steps = [-1, 0, 1];
const key = (pixels: readonly number[]): string => pixels.join(' ');

describe('shift', () => {
  it.each([
    [0, () => 0],
    [0.5, () => 0.5],
    ['edge', (y: number, x: number) => image[Math.min(Math.max(y, 0), 2)][Math.min(Math.max(x, 0), 2)]],
  ] as const)('moves by whole pixels, each of them in time, and fills with %s', (fill, outside) => {
    const possible = steps.flatMap((right) => steps.map((down) => key(moved(right, down, outside))));
    const seen = distorted(shift({ pixels: 1, fill }), copies(200, image)).map(key);
    expect(new Set(seen)).toEqual(new Set(possible));
  });

  it('refuses to push images past their borders', () => {
    expect(() => distorted(shift({ pixels: 4 }), [image])).toThrow(
      'shift by up to 4 pixels goes past images of 3 by 3; make it less',
    );
  });

  it('leaves everything where it is by no pixels', () => {
    expect(distorted(shift({ pixels: 0 }), [image])).toEqual([image.flat()]);
  });
});
