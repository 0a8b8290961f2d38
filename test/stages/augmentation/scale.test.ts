import { scale } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { copies, distorted } from './distorted.js';

const square = Array.from({ length: 21 }, (_, y) =>
  Array.from({ length: 21 }, (_, x) => (Math.abs(y - 10) <= 5 && Math.abs(x - 10) <= 5 ? 1 : 0)),
);

describe('scale', () => {
  it('makes height and width larger or smaller, each by itself, within the bounds', () => {
    const sizes = distorted(scale({ by: 0.2 }), copies(200, square)).map((image) => {
      const middle = (place: (i: number) => number) => Array.from({ length: 21 }, (_, i) => image[place(i)]);
      const length = (line: number[]) => line.reduce((sum, value) => sum + value, 0);
      return [length(middle((i) => 10 * 21 + i)), length(middle((i) => i * 21 + 10))];
    });
    const [widths, heights] = [0, 1].map((axis) => sizes.map((size) => size[axis]));
    for (const lengths of [widths, heights]) {
      expect(Math.min(...lengths)).toBeGreaterThan(11 * 0.79);
      expect(Math.min(...lengths)).toBeLessThan(11 * 0.85);
      expect(Math.max(...lengths)).toBeLessThan(11 * 1.21);
      expect(Math.max(...lengths)).toBeGreaterThan(11 * 1.15);
    }
    expect(sizes.some(([width, height]) => Math.abs(width - height) > 2)).toBe(true);
  });

  it('changes nothing by 0', () => {
    expect(distorted(scale({ by: 0 }), [square])).toEqual([square.flat()]);
  });
});
