import { rotate } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { centroid, copies, distorted } from './distorted.js';

/** A spot to the right of the centre, whose brightness falls off to all sides. */
const spot = Array.from({ length: 15 }, (_, y) =>
  Array.from({ length: 15 }, (_, x) => Math.exp(-((y - 7) ** 2 + (x - 10) ** 2) / 2)),
);

describe('rotate', () => {
  it('turns about the centre, to either side, by at most so many degrees', () => {
    const angles = distorted(rotate({ degrees: 30 }), copies(200, spot)).map((image) => {
      const { x, y } = centroid(image, 15);
      return (Math.atan2(-y, x) * 180) / Math.PI;
    });
    expect(Math.max(...angles)).toBeGreaterThan(25);
    expect(Math.min(...angles)).toBeLessThan(-25);
    expect(Math.max(...angles.map(Math.abs))).toBeLessThan(30.1);
  });

  it('turns by nothing, exactly', () => {
    expect(distorted(rotate({ degrees: 0 }), [spot])).toEqual([spot.flat()]);
  });

  it('fills corners with a number, or with the nearest pixel', () => {
    const ones = copies(
      50,
      Array.from({ length: 9 }, () => Array.from({ length: 9 }, () => 1)),
    );
    const least = (image: number[]) => Math.min(...image);
    expect(distorted(rotate({ degrees: 45, fill: -3 }), ones).map(least)).toContain(-3);
    const edges = distorted(rotate({ degrees: 45, fill: 'edge' }), ones).flat();
    for (const value of edges) expect(value).toBeCloseTo(1, 12);
  });
});
