import { examplesOf, marbles } from 'marblenet/testing';
import { test } from 'vitest';
import { binarize } from './binarize.js';

test('binarize', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold('                  -a-|', { a: examplesOf([[0, 127, 128]], { labels: [7] }) });
    expectObservable(source.pipe(binarize())).toBe('-a-|', { a: { features: [0, 0, 1], labels: [7] } });
  });
});
