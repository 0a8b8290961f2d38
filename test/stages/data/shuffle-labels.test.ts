import { shuffleLabels } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

const N = 200;
const rows = Array.from({ length: N }, (_, i) => [i]);

describe('shuffleLabels', () => {
  it('leaves features where they are, and the test as it is', () => {
    const test = { ...examplesOf([[1], [2]], { labels: [0, 1] }), split: 'test' } as const;
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                               -a-b-|', {
        a: examplesOf([[1], [2]], { labels: [3, 3] }),
        b: test,
      });
      expectObservable(examples.pipe(shuffleLabels())).toBe('-c-b-|', {
        c: { features: [1, 2], labels: [3, 3] },
        b: { features: [1, 2], labels: [0, 1] },
      });
    });
  });

  it('gives the labels to other examples, all of them', () => {
    const labels = rows.map(([i]) => i);
    const shuffled = Array.from(through(shuffleLabels(), examplesOf(rows, { labels })).labels ?? []);
    expect(shuffled).not.toEqual(labels);
    expect(shuffled.filter((label, i) => label === i).length).toBeLessThan(N / 10);
    expect(shuffled.sort((a, b) => a - b)).toEqual(labels);
  });

  it('does the same to real-valued targets, row by row', () => {
    const targets = rows.map(([i]) => [i, -i]);
    const { targets: shuffled } = through(shuffleLabels(), examplesOf(rows, { targets }));
    const pairs = Array.from({ length: N }, (_, i) => Array.from(shuffled?.data.subarray(2 * i, 2 * i + 2) ?? []));
    expect(pairs.every(([a, b]) => a === -b)).toBe(true);
    expect(pairs.map(([a]) => a).sort((a, b) => a - b)).toEqual(rows.map(([i]) => i));
  });
});
