import type { Batch } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { map, toArray } from 'rxjs';
import { test } from 'vitest';
import { partBatch } from './part-batch.js';

test('partBatch reads three of five examples, none of them twice', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('-(a|)', { a: examplesOf([[1], [2], [3], [4], [5]]) });
    const numbers = source.pipe(
      partBatch({ size: 2, share: 0.6 }),
      map(({ x }: Batch) => [...x.data]),
      toArray(),
      map((batches) => ({ sizes: batches.map((batch) => batch.length), different: new Set(batches.flat()).size })),
    );
    expectObservable(numbers).toBe('-(n|)', { n: { sizes: [2, 1], different: 3 } });
  });
});
