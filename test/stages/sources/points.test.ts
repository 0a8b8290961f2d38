import { type Context, PipelineError, points, type SourceSplit, seededRandom } from 'marblenet';
import { marbles } from 'marblenet/testing';
import { lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';

type Given = NonNullable<Parameters<typeof points>[0]>;

const streamOf = (seed: number) => seededRandom(seed).stream('data.0');

const draw = (options: Given, random: Context['random'] = streamOf(3), ...splits: SourceSplit[]) =>
  lastValueFrom(
    of(...(splits.length === 0 ? (['train'] as const) : splits)).pipe(
      points(options).build({ kind: 'split' }, contextWith({ random })).operator,
      toArray(),
    ),
  );

/** Its points, each with its class. */
const pointsOf = async (options: Given, random?: Context['random']) => {
  const [{ features, labels }] = await draw(options, random);
  return Array.from(labels ?? [], (label, i) => ({ label, x: features[2 * i], y: features[2 * i + 1] }));
};

const SHAPES = ['spirals', 'moons', 'circles', 'xor'] as const;

/** The formulas of the page, beside the stage's own. */
const formulas: Readonly<Record<(typeof SHAPES)[number], (label: number, uniform: () => number) => number[]>> = {
  spirals(label, uniform) {
    const u = 0.1 + 0.9 * uniform();
    const sign = label === 0 ? 1 : -1;
    return [sign * u * Math.sin(3.5 * Math.PI * u), sign * u * Math.cos(3.5 * Math.PI * u)];
  },
  // as make_moons has them, moved to the middle and two thirds as large
  moons(label, uniform) {
    const b = Math.PI * uniform();
    const [x, y] = label === 0 ? [Math.cos(b), Math.sin(b)] : [1 - Math.cos(b), 0.5 - Math.sin(b)];
    return [(x - 0.5) / 1.5, (y - 0.25) / 1.5];
  },
  circles(label, uniform) {
    const c = 2 * Math.PI * uniform();
    return [(1 - label / 2) * Math.cos(c), (1 - label / 2) * Math.sin(c)];
  },
  xor(label, uniform) {
    const [u, v] = [0.1 + 0.9 * uniform(), 0.1 + 0.9 * uniform()];
    const s = uniform() < 0.5 ? 1 : -1;
    return [s * u, label === 0 ? s * v : -s * v];
  },
};

describe('points', () => {
  it('draws as many as are asked for of each split, labels alternating from 0', () => {
    marbles(({ cold, expectObservable }) => {
      const splits = cold<SourceSplit>('                               -a---b---|', { a: 'train', b: 'test' });
      expectObservable(splits.pipe(points({ train: 5, test: 2 }))).toBe('-c---d---|', {
        c: { split: 'train', shape: [2], labels: [0, 1, 0, 1, 0] },
        d: { split: 'test', shape: [2], labels: [0, 1] },
      });
    });
  });

  it('draws 400 to learn from and 200 to be judged by, on spirals without noise, if nothing is said', () => {
    expect(points().options).toEqual({ shape: 'spirals', noise: 0, train: 400, test: 200 });
  });

  describe.each(SHAPES)('%s', (shape) => {
    it('lie where the formula says', async () => {
      const found = await pointsOf({ shape, train: 100 });
      const random = streamOf(3);
      expect(found).toHaveLength(100);
      for (const { label, x, y } of found) {
        const [wantedX, wantedY] = formulas[shape](label, random.uniform);
        expect(x).toBeCloseTo(wantedX, 12);
        expect(y).toBeCloseTo(wantedY, 12);
      }
    });

    it('has as many of each class, between -1 and 1', async () => {
      const found = await pointsOf({ shape, train: 1000 });
      expect(found.filter(({ label }) => label === 1)).toHaveLength(500);
      expect(Math.max(...found.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]))).toBeLessThanOrEqual(1);
    });

    it('is moved by noise of the standard deviation that was asked for', async () => {
      const exact = await pointsOf({ shape, train: 5000 });
      const noisy = await pointsOf({ shape, train: 5000, noise: 0.2 });
      const moved = noisy.flatMap(({ x, y }, i) => [x - exact[i].x, y - exact[i].y]);
      const mean = moved.reduce((sum, by) => sum + by, 0) / moved.length;
      const variance = moved.reduce((sum, by) => sum + (by - mean) ** 2, 0) / moved.length;
      expect(Math.abs(mean)).toBeLessThan(4 * (0.2 / Math.sqrt(moved.length)));
      expect(Math.sqrt(variance)).toBeCloseTo(0.2, 2);
    });
  });

  it('draws the same for the same seed, and others for another', async () => {
    const [once] = await draw({ noise: 0.1 }, streamOf(1));
    const [again] = await draw({ noise: 0.1 }, streamOf(1));
    const [other] = await draw({ noise: 0.1 }, streamOf(2));
    expect(again.features).toEqual(once.features);
    expect(other.features).not.toEqual(once.features);
  });

  it('draws others to be judged by than to learn from', async () => {
    const [train, test] = await draw({ train: 20, test: 20 }, streamOf(1), 'train', 'test');
    expect(test.labels).toEqual(train.labels);
    expect(test.features).not.toEqual(train.features);
  });

  it.each([
    [{ shape: 'squares' } as unknown as Given, /shape/],
    [{ noise: -1 }, /noise/],
    [{ train: 0 }, /train/],
  ])('refuses %o', (options, named) => {
    expect(() => points(options)).toThrow(PipelineError);
    expect(() => points(options)).toThrow(named);
  });
});
