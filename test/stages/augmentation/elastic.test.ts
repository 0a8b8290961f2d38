import { affine, elastic } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { copies, distorted } from './distorted.js';

const H = 28;
/** Brighter to the right by one a pixel: what becomes of it says where each pixel is from. */
const ramp = Array.from({ length: H }, () => Array.from({ length: H }, (_, x) => x));

/** How far to the right each pixel of the middle looks, where no border is near. */
const displacements = (image: readonly number[]): number[] =>
  image.map((value, i) => value - (i % H)).filter((_, i) => isInside(i % H) && isInside(Math.floor(i / H)));
const isInside = (place: number): boolean => place >= 8 && place < H - 8;

describe('elastic', () => {
  const made = distorted(elastic({ sigma: 4, alpha: 34 }), copies(200, ramp));

  it('moves pixels by as much as uniform noise that is smoothed by a Gaussian', () => {
    const all = made.flatMap(displacements);
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    const deviation = Math.sqrt(all.reduce((sum, value) => sum + value ** 2, 0) / all.length);
    // √(1/3) is the deviation of a draw, 1 / (2 √π σ) what smoothing in two directions leaves of it
    const expected = (34 * Math.sqrt(1 / 3)) / (2 * Math.sqrt(Math.PI) * 4);
    expect(Math.abs(mean)).toBeLessThan(0.15);
    expect(deviation / expected).toBeGreaterThan(0.9);
    expect(deviation / expected).toBeLessThan(1.1);
  });

  it('moves neighbours together', () => {
    for (const image of made.slice(0, 20)) {
      const moves = displacements(image);
      const steps = moves.slice(1).map((move, i) => Math.abs(move - moves[i]));
      const within = steps.filter((_, i) => (i + 1) % (H - 16) !== 0); // not from one row to the next
      expect(Math.max(...within)).toBeLessThan(1.2);
    }
  });

  it('moves nothing by an alpha of 0', () => {
    expect(distorted(elastic({ sigma: 4, alpha: 0 }), [ramp])).toEqual([ramp.flat()]);
  });

  it('moves the whole image in the same pass, as affine does', () => {
    const moves = { rotate: 10, shift: 1, scale: 0.1, shear: 5 };
    const moved = distorted(elastic({ sigma: 4, alpha: 0, ...moves }), [ramp])[0];
    expect(moved).not.toEqual(ramp.flat());
    expect(distorted(affine(moves), [ramp])[0]).toHaveLength(moved.length);
  });

  it.each([{ sigma: 0.4 }, { sigma: 101 }, { alpha: -1 }])('refuses %j', (options) => {
    expect(() => elastic(options)).toThrow(Object.keys(options)[0]);
  });
});
