import { type Examples, PipelineError, type Stage, seededRandom, shuffleBatch } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { type Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { emissionsOf, rowsOf } from '../emissions.js';

const numbered = (count: number): Examples =>
  examplesOf(
    Array.from({ length: count }, (_, i) => [i]),
    { labels: Array.from({ length: count }, (_, i) => i) },
  );

/** The batches of one epoch, each as its first column. */
const batchesOf = (epoch: Observable<Examples>, stage: Stage<'examples', 'batch'>): number[][] =>
  emissionsOf(epoch.pipe(stage), ({ x }) => rowsOf(x).map(([first]) => first));

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

describe('shuffleBatch', () => {
  it('emits batches in one frame, the last one short', () => {
    marbles(({ cold, expectObservable }) => {
      // of one example alone, every order is the same
      const same = examplesOf([[7], [7], [7], [7], [7]]);
      const examples = cold('                                          --a-----|', { a: same });
      expectObservable(examples.pipe(shuffleBatch({ size: 2 }))).toBe('--(bcd)-|', {
        b: { x: [[7], [7]], step: 1, steps: 3 },
        c: { x: [[7], [7]], step: 2, steps: 3 },
        d: { x: [[7]], step: 3, steps: 3 },
      });
    });
  });

  it('reads every example once, in another order', () => {
    const batches = batchesOf(of(numbered(50)), shuffleBatch({ size: 8 }));
    expect(batches.map((rows) => rows.length)).toEqual([8, 8, 8, 8, 8, 8, 2]);
    expect(batches.flat()).not.toEqual(sorted(batches.flat()));
    expect(sorted(batches.flat())).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('keeps each example and its label together', () => {
    const pairs = emissionsOf(of(numbered(20)).pipe(shuffleBatch({ size: 6 })), ({ x, labels }) => [
      rowsOf(x).flat(),
      [...(labels ?? [])],
    ]);
    for (const [features, labels] of pairs) expect(features).toEqual(labels);
  });

  it('takes a fresh order each epoch', () => {
    const stage = shuffleBatch({ size: 50 });
    const [first, second] = batchesOf(of(numbered(50), { ...numbered(50), epoch: 2 }), stage);
    expect(second).not.toEqual(first);
    expect(sorted(second)).toEqual(sorted(first));
  });

  it('leaves out a short last batch, if told so: other examples each epoch', () => {
    const stage = shuffleBatch({ size: 3, lastBatch: 'drop' });
    const batches = batchesOf(of(numbered(5)), stage);
    expect(batches.map((rows) => rows.length)).toEqual([3]);
    const missed = new Set<number>();
    for (let epoch = 0; epoch < 20; epoch++) {
      const [read] = batchesOf(of(numbered(5)), stage);
      for (let i = 0; i < 5; i++) if (!read.includes(i)) missed.add(i);
    }
    expect(missed.size).toBe(5);
  });

  it('refuses to drop everything', () => {
    expect(() => batchesOf(of(numbered(2)), shuffleBatch({ size: 3, lastBatch: 'drop' }))).toThrow(PipelineError);
  });

  it('is decided by the seed', () => {
    const orderOf = (seed: number) => {
      const context = contextWith({ random: seededRandom(seed).stream('train.0') });
      const { operator } = shuffleBatch({ size: 9 }).build(
        { kind: 'examples', shape: [1], classes: undefined },
        context,
      );
      return emissionsOf(of(numbered(9)).pipe(operator), ({ labels }) => [...(labels ?? [])]).flat();
    };
    expect(orderOf(1)).toEqual(orderOf(1));
    expect(orderOf(1)).not.toEqual(orderOf(2));
  });

  it('writes over its last batch', () => {
    const tensors = emissionsOf(of(numbered(4)).pipe(shuffleBatch({ size: 2 })), ({ x }) => x);
    expect(tensors[0].data.buffer).toBe(tensors[1].data.buffer);
  });
});
