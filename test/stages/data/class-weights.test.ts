import { classWeights, PipelineError } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

const uneven = examplesOf([[1], [2], [3], [4]], { labels: [0, 0, 0, 1] });

describe('classWeights', () => {
  it('gives each class the same say in training, and leaves the test alone', () => {
    marbles(({ cold, expectObservable }) => {
      const test = { ...uneven, split: 'test' } as const;
      const examples = cold('                              -a-b-|', { a: uneven, b: test });
      expectObservable(examples.pipe(classWeights())).toBe('-c-b-|', {
        c: { labels: [0, 0, 0, 1], weights: [2 / 3, 2 / 3, 2 / 3, 2] },
        b: { labels: [0, 0, 0, 1], weights: undefined },
      });
    });
  });

  it('takes a number a class, by its name', () => {
    const named = { ...uneven, classNames: ['common', 'rare'] };
    expect(through(classWeights({ weights: { rare: 5 } }), named).weights).toEqual(Float64Array.of(1, 1, 1, 5));
    expect(through(classWeights({ weights: { 0: 0.5 } }), uneven).weights).toEqual(Float64Array.of(0.5, 0.5, 0.5, 1));
    expect(() => through(classWeights({ weights: { rate: 5 } }), named)).toThrow(
      new PipelineError('classWeights: there is no class rate; the classes are common, rare'),
    );
  });

  it('takes a name for a name, whatever it is', () => {
    const named = { ...uneven, classNames: ['constructor', 'toString'] };
    expect(through(classWeights({ weights: { toString: 5 } }), named).weights).toEqual(Float64Array.of(1, 1, 1, 5));
  });

  it('multiplies what rows count already', () => {
    const weighted = { ...uneven, weights: Float64Array.of(1, 2, 3, 4) };
    expect(through(classWeights({ weights: { 1: 10 } }), weighted).weights).toEqual(Float64Array.of(1, 2, 3, 40));
  });

  it('refuses real-valued targets', () => {
    expect(() => through(classWeights(), examplesOf([[1]], { targets: [[2]] }))).toThrow(
      new PipelineError('classWeights is for classes, but these examples have 1 real-valued targets each'),
    );
  });
});
