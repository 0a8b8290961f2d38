import type { SourceSplit } from 'marblenet';
import { marbles } from 'marblenet/testing';
import { map } from 'rxjs';
import { test } from 'vitest';
import { throws } from './throws.js';

test('throws gives a thousand balls for each split, where physics has them', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold<SourceSplit>('-a-b-|', { a: 'train', b: 'test' });
    const first = source.pipe(
      throws(),
      map(({ split, shape, features, targets }) => ({
        split,
        shape,
        count: targets?.shape[0],
        fallen: features[0] + features[1] - (targets?.data[0] ?? 0),
      })),
    );
    const balls = { shape: [2], count: 1000, fallen: 4.905 };
    expectObservable(first).toBe('-a-b-|', { a: { split: 'train', ...balls }, b: { split: 'test', ...balls } });
  });
});
