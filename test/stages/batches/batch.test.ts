import { batch, type Examples, PipelineError, RunError } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { emissionsOf } from '../emissions.js';

const five = examplesOf([[1], [2], [3], [4], [5]], { labels: [0, 1, 2, 0, 1] });

describe('batch', () => {
  it('cuts the data set into batches, in its order, the last one short', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                   --a-----|', { a: five });
      expectObservable(examples.pipe(batch({ size: 2 }))).toBe('--(bcd)-|', {
        b: { x: [[1], [2]], labels: [0, 1], step: 1, steps: 3 },
        c: { x: [[3], [4]], labels: [2, 0], step: 2, steps: 3 },
        d: { x: [[5]], labels: [1], step: 3, steps: 3 },
      });
    });
  });

  it('leaves a short last batch out, if told so', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                                      --a----|', { a: five });
      expectObservable(examples.pipe(batch({ size: 2, lastBatch: 'drop' }))).toBe('--(bc)-|', {
        b: { x: [[1], [2]], step: 1, steps: 2 },
        c: { x: [[3], [4]], step: 2, steps: 2 },
      });
    });
  });

  it('makes one short batch of few examples', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                   a|', { a: five });
      expectObservable(examples.pipe(batch({ size: 9 }))).toBe('b|', { b: { x: [[1], [2], [3], [4], [5]], steps: 1 } });
    });
  });

  it('drops no short batch where there is none', () => {
    const kept = emissionsOf(of(five).pipe(batch({ size: 5, lastBatch: 'drop' })), ({ x }) => x.shape[0]);
    expect(kept).toEqual([5]);
  });

  it('refuses to drop everything', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                                  -a-|', { a: five });
      expectObservable(examples.pipe(batch({ size: 6, lastBatch: 'drop' }))).toBe(
        '-#',
        {},
        {
          message:
            '5 examples do not fill one batch of 6, and short batches are dropped; ' +
            'give a smaller size, or lastBatch: keep',
        },
      );
    });
  });

  it('counts steps over the whole run', () => {
    marbles(({ cold, expectObservable }) => {
      const secondEpoch: Examples = { ...five, epoch: 2, split: 'test' };
      const examples = cold('                                   a----|', { a: secondEpoch });
      expectObservable(examples.pipe(batch({ size: 3 }))).toBe('(bc)-|', {
        b: { split: 'test', epoch: 2, step: 3, steps: 2 },
        c: { split: 'test', epoch: 2, step: 4, steps: 2 },
      });
    });
  });

  it('reads every feature by the scaling', () => {
    marbles(({ cold, expectObservable }) => {
      const bytes: Examples = {
        ...five,
        features: Uint8Array.of(0, 51, 102, 153, 255),
        scaling: { mean: 51, std: 204 },
      };
      const examples = cold('                                   a|', { a: bytes });
      expectObservable(examples.pipe(batch({ size: 5 }))).toBe('b|', { b: { x: [[-0.25], [0], [0.25], [0.5], [1]] } });
    });
  });

  it('keeps pictures pictures', () => {
    marbles(({ cold, expectObservable }) => {
      const pictures = [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [
          [7, 8, 9],
          [10, 11, 12],
        ],
      ];
      const examples = cold('                                   a|', { a: examplesOf(pictures) });
      expectObservable(examples.pipe(batch({ size: 2 }))).toBe('b|', { b: { x: pictures } });
    });
  });

  it('writes targets where the classes are known, and none where not', () => {
    marbles(({ cold, expectObservable }) => {
      const withClasses: Examples = { ...five, classes: 3 };
      const examples = cold('                                   a-----|', { a: withClasses });
      expectObservable(examples.pipe(batch({ size: 2 }))).toBe('(bcd)-|', {
        b: {
          t: [
            [1, 0, 0],
            [0, 1, 0],
          ],
        },
        c: {
          t: [
            [0, 0, 1],
            [1, 0, 0],
          ],
        },
        d: { t: [[0, 1, 0]] },
      });
      const bare = cold('                                   a|', { a: five });
      expectObservable(bare.pipe(batch({ size: 5 }))).toBe('b|', { b: { t: undefined } });
    });
  });

  it('reads real-valued targets in the order of the rows, and then has no labels', () => {
    marbles(({ cold, expectObservable }) => {
      const regression = examplesOf([[1], [2], [3]], {
        labels: [0, 1, 0],
        targets: [
          [0.25, -1],
          [0.5, -2],
          [0.75, -3],
        ],
      });
      const examples = cold('                                   a----|', { a: regression });
      expectObservable(examples.pipe(batch({ size: 2 }))).toBe('(bc)-|', {
        b: {
          t: [
            [0.25, -1],
            [0.5, -2],
          ],
          labels: undefined,
        },
        c: { x: [[3]], t: [[0.75, -3]] },
      });
    });
  });

  it('needs neither labels nor targets', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                   a----|', { a: examplesOf([[1], [2], [3]]) });
      expectObservable(examples.pipe(batch({ size: 2 }))).toBe('(bc)-|', {
        b: { x: [[1], [2]], t: undefined, labels: undefined },
        c: { x: [[3]] },
      });
    });
  });

  it.each([
    [{ classes: 2 }, {}, 'the examples have no labels to make one-hot targets of'],
    [{ classes: undefined, targets: 2 }, {}, 'expected 2 real-valued targets a sample, found none'],
    [{ classes: undefined, targets: 2 }, { targets: [[1]] }, 'expected 2 real-valued targets a sample, found 1'],
  ])('refuses data that lacks what was said of it, %o', (said, truth, problem) => {
    const { operator } = batch({ size: 1 }).build({ kind: 'examples', shape: [1], ...said }, contextWith());
    expect(() => emissionsOf(of(examplesOf([[1]], truth)).pipe(operator), () => undefined)).toThrow(
      new RunError(problem),
    );
  });

  it('knows its shapes before it has data', () => {
    const { output } = batch({ size: 100 }).build({ kind: 'examples', shape: [28, 28], classes: 10 }, contextWith());
    expect(output).toEqual({ kind: 'batch', size: 100, shape: [28, 28], classes: 10 });
    const regression = { kind: 'examples', shape: [3], classes: undefined, targets: 2 } as const;
    expect(batch({ size: 5 }).build(regression, contextWith()).output).toMatchObject({ targets: 2, size: 5 });
  });

  it.each([0, 1.5, 65_537])('refuses the size %d', (size) => {
    expect(() => batch({ size })).toThrow(PipelineError);
  });
});
