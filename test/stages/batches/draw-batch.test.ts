import { drawBatch, type Examples, PipelineError, type Stage } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { type Observable, of, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf, rowsOf } from '../emissions.js';

/** The batches of one epoch, each as its first column. */
const batchesOf = (epoch: Observable<Examples>, stage: Stage<'examples', 'batch'>): number[][] =>
  emissionsOf(epoch.pipe(stage), ({ x }) => rowsOf(x).map(([first]) => first));

describe('drawBatch', () => {
  it('makes as many batches as it is told, all of one size', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                                 --a-----|', {
        a: examplesOf([[7]], { labels: [3] }),
      });
      expectObservable(examples.pipe(drawBatch({ size: 2, steps: 3 }))).toBe('--(bcd)-|', {
        b: { x: [[7], [7]], labels: [3, 3], step: 1, steps: 3 },
        c: { x: [[7], [7]], labels: [3, 3], step: 2, steps: 3 },
        d: { x: [[7], [7]], labels: [3, 3], step: 3, steps: 3 },
      });
    });
  });

  it('draws with replacement: 1000 draws of 1000 leave about 368 out', () => {
    const thousand = examplesOf(Array.from({ length: 1000 }, (_, i) => [i]));
    const drawn = new Set(batchesOf(of(thousand), drawBatch({ size: 10, steps: 100 })).flat());
    // (1 - 1/1000)^1000 = 1/e
    expect((1000 - drawn.size) / 1000).toBeCloseTo(1 / Math.E, 1);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1000);
  });

  it('draws each example about as often', () => {
    const four = examplesOf([[0], [1], [2], [3]]);
    const drawn = batchesOf(of(four), drawBatch({ size: 100, steps: 100 })).flat();
    for (const example of [0, 1, 2, 3]) {
      expect(drawn.filter((number) => number === example).length / drawn.length).toBeCloseTo(0.25, 1.5);
    }
  });

  it('draws anew each epoch', () => {
    const hundred = examplesOf(Array.from({ length: 100 }, (_, i) => [i]));
    const [first, second] = batchesOf(of(hundred, { ...hundred, epoch: 2 }), drawBatch({ size: 20, steps: 1 }));
    expect(first).not.toEqual(second);
  });

  it('can draw more than there are', () => {
    expect(batchesOf(of(examplesOf([[1], [2]])), drawBatch({ size: 5, steps: 1 }))[0]).toHaveLength(5);
  });

  it('draws a batch at a time: an epoch of 10 ** 12 steps begins at once', () => {
    const batches = of(examplesOf([[1], [2]])).pipe(drawBatch({ size: 2, steps: 10 ** 12 }), take(3));
    expect(emissionsOf(batches, ({ step, steps }) => [step, steps])).toEqual([1, 2, 3].map((step) => [step, 10 ** 12]));
  });

  it('refuses a size or a number of steps below 1', () => {
    expect(() => drawBatch({ size: 0, steps: 1 })).toThrow(PipelineError);
    expect(() => drawBatch({ size: 1, steps: 0 })).toThrow(PipelineError);
  });
});
