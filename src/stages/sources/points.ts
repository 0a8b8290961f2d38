import { map } from 'rxjs';
import * as z from 'zod';
import type { Examples, SourceSplit } from '../../core/kinds.js';
import type { Random } from '../../core/random/random.js';
import { stage } from '../../core/stage.js';

const count = z.int().min(1).max(1_000_000);

/**
 * Points of the plane in two classes that no straight line parts: the toys on which one sees what a hidden layer is for. As
 * many as you like, no file, and the same seed draws the same.
 *
 *     splits:   --train---test--|
 *               points({ shape: 'spirals', train: 400, test: 200 })
 *     examples: --400-----200---|
 *
 * A sample is [x, y], from about -1 to 1; labels alternate, 0 and 1. With u drawn evenly from 0.1 to 1, a = 2π u and a sign s:
 *
 *     spirals: class 0 at u (sin 1.75 a, cos 1.75 a), an arm of one turn and a half; class 1 opposite, at (-x, -y)
 *     moons:   class 0 at (2 cos b - 1, 2 sin b - ½) / 3, half a circle, b evenly from 0 to π; class 1 opposite
 *     circles: class 0 at (cos c, sin c), class 1 at half of it, c evenly from 0 to 2π
 *     xor:     class 0 at s (u, v), where x and y have one sign; class 1 at s (u, -v), where they have not; v as u
 *
 * `noise` is the standard deviation of a Gaussian that is added to both numbers: the same seed with more noise moves the same
 * points further.
 *
 * Source: TensorFlow Playground (spirals, xor); scikit-learn's `make_moons`, here around 0 and two thirds as large, and
 * `make_circles`.
 */
export const points = stage({
  name: 'points',
  summary: 'Points of the plane in two classes: spirals, moons, circles or xor',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: z.strictObject({
    shape: z.enum(['spirals', 'moons', 'circles', 'xor']).default('spirals').describe('How the two classes lie'),
    noise: z.number().min(0).max(10).default(0).describe('Standard deviation of what is added to each number'),
    train: count.default(400).describe('How many to learn from'),
    test: count.default(200).describe('How many to be judged by'),
  }),
  example: 'points: { shape: spirals, noise: 0.02, train: 400, test: 200 }',
  build({ shape, noise, ...counts }, _, { random }) {
    return {
      output: {
        kind: 'examples',
        shape: [2],
        classes: undefined,
        labels: { classes: 2, from: 'points' },
        counts,
        features: 'floats',
      },
      operator: map((split: SourceSplit): Examples => {
        const labels = Uint8Array.from({ length: counts[split] }, (_, i) => i % 2);
        const features = new Float64Array(2 * labels.length);
        labels.forEach((label, i) => {
          features.set(shapes[shape](label, random), 2 * i);
        });
        for (let i = 0; i < features.length; i++) features[i] += noise * random.normal();
        return {
          split,
          epoch: 1,
          shape: [2],
          features,
          scaling: { mean: 0, std: 1 },
          labels,
          classes: undefined,
          origin: { source: 'points' },
        };
      }),
    };
  },
});

type Point = readonly [x: number, y: number];

const opposite = ([x, y]: Point): Point => [-x, -y];
const between = (least: number, most: number, random: Random): number => least + (most - least) * random.uniform();

/** How a point of class 0 or 1 is drawn. */
const shapes: Readonly<Record<'spirals' | 'moons' | 'circles' | 'xor', (label: number, random: Random) => Point>> = {
  spirals(label, random) {
    const u = between(0.1, 1, random);
    const angle = 1.75 * 2 * Math.PI * u;
    const point: Point = [u * Math.sin(angle), u * Math.cos(angle)];
    return label === 0 ? point : opposite(point);
  },
  moons(label, random) {
    const angle = between(0, Math.PI, random);
    const point: Point = [(2 * Math.cos(angle) - 1) / 3, (2 * Math.sin(angle) - 0.5) / 3];
    return label === 0 ? point : opposite(point);
  },
  circles(label, random) {
    const angle = between(0, 2 * Math.PI, random);
    const radius = label === 0 ? 1 : 0.5;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  xor(label, random) {
    const [u, v] = [between(0.1, 1, random), between(0.1, 1, random)];
    const point: Point = [u, label === 0 ? v : -v];
    return random.uniform() < 0.5 ? point : opposite(point);
  },
};
