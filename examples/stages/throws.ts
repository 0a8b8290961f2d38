import { type Examples, noOptions, type SourceSplit, stage, tensor } from 'marblenet';
import { map } from 'rxjs';

/** Where a thrown ball is after one second, by its height and its speed upwards. */
export const throws = stage({
  name: 'throws',
  summary: 'Height after one second of a ball that was thrown up',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: noOptions,
  example: 'throws',
  build: (_, __, { random }) => ({
    output: { kind: 'examples', shape: [2], classes: undefined, targets: 1 },
    operator: map((split: SourceSplit): Examples => {
      const rows = Array.from({ length: 1000 }, () => [10 * random.uniform(), 20 * random.uniform()]);
      return {
        split,
        epoch: 1,
        shape: [2],
        features: Float32Array.from(rows.flat()),
        targets: tensor(rows.map(([height, speed]) => [height + speed - 9.81 / 2])),
        classes: undefined,
        scaling: { mean: 0, std: 1 },
        origin: { source: 'throws' },
      };
    }),
  }),
});
