import { type Batch, PipelineError } from 'marblenet';
import { batchOf, marbles } from 'marblenet/testing';
import { map } from 'rxjs';
import { test } from 'vitest';
import { stripe } from './stripe.js';

const image = [1, 2, 3, 4].map((row) => [row, row]);

test('stripe blanks so many rows of each image', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('-a-|', { a: batchOf([image, image]) });
    const left = source.pipe(
      stripe({ rows: 3 }),
      map(({ x }: Batch) => x.data.filter((pixel) => pixel !== 0).length),
    );
    expectObservable(left).toBe('-n-|', { n: 4 }); // two pixels of each
  });
});

test.each([
  ['stripe takes images [height, width]', {}, [1, 2]],
  ['stripe blanks 5 rows, and the images have 4', { rows: 5 }, image],
])('%s', (message, options, sample) => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('-a-|', { a: batchOf([sample]) });
    expectObservable(source.pipe(stripe(options))).toBe('-#', undefined, new PipelineError(message));
  });
});
