import { impute, PipelineError, RunError, shuffleBatch, standardize } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { specOf } from '../../../src/core/kinds.js';
import { through } from '../../../src/core/through.js';
import { contextWith } from '../context.js';

const NONE = Number.NaN;
const gaps = examplesOf([
  [1, NONE],
  [NONE, 2],
  [1, 2],
  [4, 5],
]);

const test = { ...examplesOf([[NONE, NONE]]), split: 'test' } as const;

describe('impute', () => {
  it('measures the training examples, and fills those of the others by that', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                       -a-b-|', {
        a: gaps,
        b: test,
      });
      expectObservable(examples.pipe(impute())).toBe('-c-d-|', {
        c: { features: [1, 2, 1, 2, 1, 2, 4, 5], fill: [1, 2] },
        d: { features: [1, 2], fill: [1, 2] },
      });
    });
  });

  it.each([
    ['mean', [2, 3]],
    ['mode', [1, 2]],
    ['constant', [-1, -1]],
  ] as const)('puts there: %s', (method, fill) => {
    expect(through(impute({ method, value: -1 }), gaps).fill).toEqual(fill);
  });

  it('leaves the examples that it was given as they are', () => {
    through(impute(), gaps);
    expect(gaps.features).toEqual(Float64Array.of(1, NONE, NONE, 2, 1, 2, 4, 5));
  });

  it('must stand before what cannot do with missing numbers', () => {
    const input = { ...specOf(gaps), missing: true } as const;
    expect(impute().build(input as never, contextWith()).output).not.toHaveProperty('missing');
    for (const stage of [standardize(), shuffleBatch({ size: 2 })]) {
      expect(() => stage.build(input as never, contextWith())).toThrow(/^some features may be missing; put impute/);
    }
  });

  it('refuses a column without a value, pictures, and a test that comes first', () => {
    expect(() => through(impute(), examplesOf([[NONE], [NONE]]))).toThrow(
      new RunError('impute: column 0 has no value in train at all; leave it out'),
    );
    expect(() =>
      through(
        impute(),
        examplesOf([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
      ),
    ).toThrow(PipelineError);
    expect(() => through(impute(), { ...gaps, split: 'test' })).toThrow(
      'impute got other examples before those of train',
    );
  });
});
