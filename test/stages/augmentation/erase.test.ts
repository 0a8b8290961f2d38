import { erase } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { copies, distorted } from './distorted.js';

const ones = Array.from({ length: 20 }, () => Array.from({ length: 30 }, () => 1));

/** The rectangle around all that was blanked. */
function rectangle(image: readonly number[], value: number): { height: number; width: number; count: number } {
  const places = image.flatMap((found, i) => (found === value ? [[Math.floor(i / 30), i % 30]] : []));
  const length = (axis: number) => {
    const along = places.map((place) => place[axis]);
    return Math.max(...along) - Math.min(...along) + 1;
  };
  return { height: length(0), width: length(1), count: places.length };
}

describe('erase', () => {
  it('blanks a whole rectangle, as large and as long as it may be', () => {
    const made = distorted(erase({ probability: 1, area: [0.1, 0.2], aspect: 3, value: -1 }), copies(200, ones));
    for (const image of made) {
      const { height, width, count } = rectangle(image, -1);
      expect(count).toBe(height * width);
      expect(image.filter((value) => value === 1)).toHaveLength(600 - count);
      // sides are rounded to whole pixels
      expect(count).toBeGreaterThan(600 * 0.08);
      expect(count).toBeLessThan(600 * 0.225);
      expect(Math.max(height / width, width / height)).toBeLessThan(3.5);
    }
    expect(new Set(made.map((image) => image.indexOf(-1))).size).toBeGreaterThan(50);
  });

  it('leaves the other images alone', () => {
    const made = distorted(erase({ probability: 0.25 }), copies(400, ones));
    const whole = made.filter((image) => image.every((value) => value === 1)).length;
    expect(Math.abs(whole / 400 - 0.75)).toBeLessThan(0.11); // five standard deviations
  });

  it('blanks a whole image where it is told to, and one pixel of a small one', () => {
    expect(
      distorted(erase({ probability: 1, area: [1, 1], aspect: 1 }), [
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    ).toEqual([[0, 0, 0, 0]]);
    const [small] = distorted(erase({ probability: 1, area: [0.001, 0.002] }), [
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(small.filter((value) => value === 0)).toHaveLength(1);
  });

  it('refuses bounds the wrong way round', () => {
    expect(() => erase({ area: [0.3, 0.2] })).toThrow('the smaller share first');
  });
});
