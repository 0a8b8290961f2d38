import { shear } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { centroid, copies, distorted } from './distorted.js';

/** A vertical line. */
const line = Array.from({ length: 11 }, () => Array.from({ length: 11 }, (_, x) => (x === 5 ? 1 : 0)));

describe('shear', () => {
  it('moves rows to either side, the further from the middle the further', () => {
    const slants = distorted(shear({ degrees: 20 }), copies(100, line)).map((image) => {
      const at = [0, 5, 8].map((row) => centroid(image.slice(row * 11, (row + 1) * 11), 11).x);
      expect(at[1]).toBeCloseTo(0, 10);
      expect(at[0] / -5).toBeCloseTo(at[2] / 3, 5);
      return (Math.atan(at[2] / 3) * 180) / Math.PI;
    });
    expect(Math.max(...slants)).toBeGreaterThan(15);
    expect(Math.min(...slants)).toBeLessThan(-15);
    expect(Math.max(...slants.map(Math.abs))).toBeLessThan(20);
  });

  it('slants nothing by 0 degrees', () => {
    expect(distorted(shear({ degrees: 0 }), [line])).toEqual([line.flat()]);
  });
});
