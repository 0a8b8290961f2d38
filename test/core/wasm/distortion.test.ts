import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DistortionKind, type Fill, settingsOf } from '../../../src/core/kernels/distortion.js';
import type { Kernels } from '../../../src/core/kernels/kernels.js';
import { seededRandom } from '../../../src/core/random/random.js';
import { expectClose, made, output, textbook, variants } from './image-kit.js';

const sides = fc.integer({ min: 1, max: 20 });
const images = fc.tuple(sides, sides, fc.constantFrom(1, 3, 5));
const fills = fc.oneof(fc.constant<Fill>('edge'), fc.double({ min: -2, max: 2, noNaN: true }));
const kinds: fc.Arbitrary<DistortionKind> = fc.oneof(
  fc.record({ kind: fc.constant('warp' as const), image: images, fill: fills }),
  fc.record({
    kind: fc.constant('warp' as const),
    image: images,
    fill: fills,
    elastic: fc.record({
      sigma: fc.double({ min: 0.5, max: 7, noNaN: true }),
      alpha: fc.double({ min: 0, max: 60, noNaN: true }),
    }),
  }),
  fc.record({ kind: fc.constant('noise' as const), std: fc.double({ min: 0, max: 2, noNaN: true }) }),
  fc.record({ kind: fc.constant('erase' as const), image: images, value: fc.double({ min: -2, max: 2, noNaN: true }) }),
  fc.constant({ kind: 'mix' as const }),
);
const batches = fc.integer({ min: 1, max: 4 });
const seeds = fc.nat({ max: 1_000_000 });

/** What each of B samples is given: anything that it may be given. */
function settingsFor(distortion: DistortionKind, B: number, seed: number): Float64Array {
  const random = seededRandom(seed).stream('settings');
  const below = (n: number) => random.choice(n, 1)[0];
  const key = () => Math.floor((random.uniform() - 0.5) * 2 ** 32);
  const one = (): number[] => {
    switch (distortion.kind) {
      case 'warp': {
        const [H, W] = distortion.image;
        const [a, b, d, e] = Array.from({ length: 4 }, () => 2 * random.normal());
        return [a, b, W * random.normal(), d, e, H * random.normal(), key()];
      }
      case 'noise':
        return [key()];
      case 'erase': {
        const [H, W] = distortion.image;
        const [height, width] = [below(H + 1), below(W + 1)];
        return [below(H - height + 1), below(W - width + 1), height, width];
      }
      case 'mix':
        return [below(B), random.uniform()];
    }
  };
  return Float64Array.from(Array.from({ length: B }, one).flat());
}

const shapeOf = (distortion: DistortionKind, B: number): number[] =>
  'image' in distortion ? [B, ...distortion.image] : [B, 7, 3];

describe.each(variants)('$dtype, $blocks', ({ dtype, wasm }) => {
  // a pixel's place is rounded to a float of its own type, and the image may be steep there
  const tolerance = { float32: 2e-4, float64: 1e-12 }[dtype];

  function agrees(distortion: DistortionKind, B: number, seed: number, planned = B): void {
    const x = made(wasm, shapeOf(distortion, B), seed);
    const out = output(wasm, shapeOf(distortion, B));
    const settings = settingsFor(distortion, B, seed);
    expect(settings).toHaveLength(B * settingsOf[distortion.kind]);
    wasm.distortion(distortion, planned).run(out.own, x.own, settings, false);
    textbook.distortion(distortion, planned).run(out.exact, x.exact, settings, false);
    expectClose(out.own, out.exact, dtype, tolerance);
  }

  test('agrees with the textbook', () => {
    fc.assert(
      fc.property(kinds, batches, seeds, (...given) => agrees(...given)),
      { numRuns: 100 },
    );
  });

  test('of more samples than were planned for', () => {
    agrees({ kind: 'warp', image: [5, 4, 1], fill: 0 }, 4, 1, 2);
  });

  test('of an image so large that panels must be widened', () => {
    agrees({ kind: 'warp', image: [230, 310, 3], fill: 'edge', elastic: { sigma: 5, alpha: 40 } }, 1, 1);
  });

  describe('left for later', () => {
    const kind: DistortionKind = { kind: 'warp', image: [9, 11, 1], fill: 0, elastic: { sigma: 2, alpha: 9 } };
    const settings = settingsFor(kind, 3, 5);
    const noise = settingsFor({ kind: 'noise', std: 1 }, 3, 6);

    const chained = (kernels: Kernels, ahead: boolean, between: () => void = () => {}) => {
      const x = made(kernels, [3, 9, 11], 1).own;
      const [warped, noisy] = [kernels.allocate([3, 9, 11]), kernels.allocate([3, 9, 11])];
      kernels.distortion(kind, 3).run(warped, x, settings, ahead);
      kernels.distortion({ kind: 'noise', std: 1 }, 3).run(noisy, warped, noise, ahead);
      between();
      return { warped: [...warped.data], noisy: [...noisy.data] };
    };

    test('one after another, as now', () => {
      expect(chained(wasm, true)).toEqual(chained(wasm, false));
    });

    test('with another kernel between', () => {
      const [a, b, out] = [made(wasm, [50, 60], 2).own, made(wasm, [50, 60], 3).own, wasm.allocate([50, 60])];
      expect(chained(wasm, true, () => wasm.add(out, a, b))).toEqual(chained(wasm, false));
      const expected = wasm.allocate([50, 60]);
      textbook.add(expected, a, b);
      expect([...out.data]).toEqual([...expected.data]);
    });

    test('again and again, by the same two', () => {
      const [first, second] = [wasm.distortion(kind, 3), wasm.distortion({ kind: 'noise', std: 1 }, 3)];
      const warped = [wasm.allocate([3, 9, 11]), wasm.allocate([3, 9, 11])];
      const noisy = [wasm.allocate([3, 9, 11]), wasm.allocate([3, 9, 11])];
      for (let step = 0; step < 5; step++) {
        const [own, given] = [settingsFor(kind, 3, step), settingsFor({ kind: 'noise', std: 1 }, 3, step)];
        const x = made(wasm, [3, 9, 11], step).own;
        first.run(warped[step % 2], x, own, true);
        second.run(noisy[step % 2], warped[step % 2], given, true);
        const expected = wasm.allocate([3, 9, 11]);
        const between = wasm.allocate([3, 9, 11]);
        const found = [...noisy[step % 2].data];
        wasm.distortion(kind, 3).run(between, x, own, false);
        wasm.distortion({ kind: 'noise', std: 1 }, 3).run(expected, between, given, false);
        expect(found).toEqual([...expected.data]);
      }
    });

    test('an output that is overwritten before it is read', () => {
      const x = made(wasm, [3, 9, 11], 1).own;
      const out = wasm.allocate([3, 9, 11]);
      wasm.distortion(kind, 3).run(out, x, settings, true);
      wasm.add(out, x, x);
      expect(out.data[0]).toBe(2 * x.data[0]);
    });
  });
});
