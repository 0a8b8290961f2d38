import { affine, rotate } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { imagesOf } from '../layers/images.js';
import { centroid, copies, distorted } from './distorted.js';

/** A spot whose brightness falls off to all sides. */
const spot = Array.from({ length: 15 }, (_, y) =>
  Array.from({ length: 15 }, (_, x) => Math.exp(-((y - 7) ** 2 + (x - 7) ** 2) / 4)),
);

describe('affine', () => {
  it('refuses to do nothing', () => {
    expect(() => distorted(affine(), imagesOf([2, 5, 4, 1]) as number[][][][])).toThrow(
      'affine is told to do nothing; give some of rotate, shift, scale and shear: { rotate: 10 }',
    );
  });

  it('shifts by parts of pixels, each way', () => {
    const places = distorted(affine({ shift: 2 }), copies(200, spot)).map((image) => centroid(image, 15));
    for (const axis of ['x', 'y'] as const) {
      const shifts = places.map((place) => place[axis]);
      expect(Math.max(...shifts)).toBeGreaterThan(1.7);
      expect(Math.min(...shifts)).toBeLessThan(-1.7);
      expect(Math.max(...shifts.map(Math.abs))).toBeLessThan(2.01);
    }
  });

  it('moves an image in all four ways at once', () => {
    const [image] = imagesOf([1, 8, 8, 1]) as number[][][][];
    const made = (moves: Parameters<typeof affine>[0]) => distorted(affine(moves), [image])[0];
    const one = made({ rotate: 20 });
    expect(made({ rotate: 20, shift: 1, scale: 0.1, shear: 10 })).not.toEqual(one);
    expect(one).not.toEqual(image.flat(2));
  });

  it('rotates as far as rotate does', () => {
    const corner = Array.from({ length: 9 }, (_, y) => Array.from({ length: 9 }, (_, x) => (y === 4 && x > 5 ? 1 : 0)));
    const spread = (stage: ReturnType<typeof affine>) =>
      Math.max(...distorted(stage, copies(200, corner)).map((image) => Math.abs(centroid(image, 9).y)));
    expect(spread(affine({ rotate: 15 }))).toBeCloseTo(spread(rotate({ degrees: 15 })), 1);
  });
});
