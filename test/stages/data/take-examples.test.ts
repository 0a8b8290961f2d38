import { type Examples, PipelineError, type Spec, take, takeExamples } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';

const spec = { kind: 'examples', shape: [2], classes: undefined } as const;

const train = examplesOf(
  [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  { labels: [7, 8, 9] },
);
const test: Examples = { ...train, split: 'test' };

describe('takeExamples', () => {
  it('keeps the first examples of each data set', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                   --a--b--|', { a: train, b: test });
      expectObservable(examples.pipe(takeExamples({ count: 2 }))).toBe('--c--d--|', {
        c: { split: 'train', features: [1, 2, 3, 4], labels: [7, 8] },
        d: { split: 'test', features: [1, 2, 3, 4], labels: [7, 8] },
      });
    });
  });

  it('keeps the first of one split, and all of the other', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                                  --a--b--|', { a: train, b: test });
      expectObservable(examples.pipe(takeExamples({ count: 1, split: 'test' }))).toBe('--c--d--|', {
        c: { labels: [7, 8, 9] },
        d: { features: [1, 2], labels: [7] },
      });
    });
  });

  it('keeps targets with their examples, and needs no labels', () => {
    marbles(({ cold, expectObservable }) => {
      const regression = examplesOf([[1], [2], [3]], {
        targets: [
          [0.1, 0.2],
          [0.3, 0.4],
          [0.5, 0.6],
        ],
      });
      const examples = cold('                                   -a-|', { a: regression });
      expectObservable(examples.pipe(take({ count: 2 }))).toBe('-b-|', {
        b: {
          features: [1, 2],
          targets: [
            [0.1, 0.2],
            [0.3, 0.4],
          ],
          labels: undefined,
        },
      });
    });
  });

  it('passes a smaller data set whole', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                    a|', { a: train });
      expectObservable(examples.pipe(takeExamples({ count: 10 }))).toBe('b|', {
        b: { features: [1, 2, 3, 4, 5, 6], labels: [7, 8, 9] },
      });
    });
  });

  it('counts pictures, not pixels', () => {
    marbles(({ cold, expectObservable }) => {
      const pictures: Examples = {
        ...examplesOf([
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ]),
        shape: [2, 2],
      };
      const examples = cold('                                   a|', { a: pictures });
      expectObservable(examples.pipe(takeExamples({ count: 1 }))).toBe('b|', {
        b: { shape: [2, 2], features: [1, 2, 3, 4] },
      });
    });
  });

  it('may still be imported as take', () => {
    expect(take).toBe(takeExamples);
  });

  it('refuses to take none, and a split that is neither', () => {
    expect(() => takeExamples({ count: 0 })).toThrow(PipelineError);
    // @ts-expect-error there are train, validation and test
    expect(() => takeExamples({ count: 1, split: 'all' })).toThrow(PipelineError);
  });

  it('says how many examples of each split there are, at most', () => {
    const countsOf = (options: Parameters<typeof takeExamples>[0], more: Partial<Spec<'examples'>> = {}) => {
      const output = takeExamples(options).build({ ...spec, ...more }, contextWith()).output as Spec<'examples'>;
      return output.counts;
    };
    expect(countsOf({ count: 5 })).toEqual({ train: 5, test: 5 });
    expect(countsOf({ count: 5 }, { counts: { train: 3, test: 9 } })).toEqual({ train: 3, test: 5 });
    expect(countsOf({ count: 5, split: 'test' }, { counts: { train: 3 } })).toEqual({ train: 3, test: 5 });
    expect(countsOf({ count: 5, split: 'validation' }, { heldOut: ['validation'] })).toEqual({ validation: 5 });
  });

  it('refuses to take validation examples before there are any', () => {
    const build = () => takeExamples({ count: 5, split: 'validation' }).build(spec, contextWith());
    expect(build).toThrow('takeExamples finds no validation examples here; put it behind the holdOut');
  });
});
