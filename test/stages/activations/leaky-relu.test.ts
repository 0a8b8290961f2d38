import { leakyRelu, PipelineError } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { shapes, slopeAt, valueAt } from '../emissions.js';

describe('leakyRelu', () => {
  it('passes what is positive, and a hundredth of what is negative', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                            --a--b--|', { a: batchOf([[-1, 2]]), b: batchOf([[3, -400]]) });
      expectObservable(x.pipe(leakyRelu())).toBe('--c--d--|', { c: { x: [[-0.01, 2]] }, d: { x: [[3, -4]] } });
    });
  });

  it('leaks as much as slope says', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                                          --a--|', { a: batchOf([[-1, 2]]) });
      expectObservable(x.pipe(leakyRelu({ negativeSlope: 0.5 }))).toBe('--b--|', { b: { x: [[-0.5, 2]] } });
    });
  });

  it('has slope 1 above 0, and its own slope elsewhere, 0 included', () => {
    const slopes = [-3, 0, 3].map((x) => slopeAt(leakyRelu({ negativeSlope: 0.2 }), x));
    expect(slopes).toEqual([0.2, 0.2, 1]);
  });

  it('is relu with slope 0', () => {
    expect([valueAt(leakyRelu({ negativeSlope: 0 }), -3) === 0, slopeAt(leakyRelu({ negativeSlope: 0 }), -3)]).toEqual([
      true,
      0,
    ]);
  });

  it('lets NaN through', () => {
    expect(valueAt(leakyRelu(), Number.NaN)).toBeNaN();
  });

  it('still takes the option by its former name, slope', () => {
    expect(leakyRelu({ slope: 0.2 }).options).toEqual(leakyRelu({ negativeSlope: 0.2 }).options);
  });

  it('refuses a slope below 0', () => {
    expect(() => leakyRelu({ negativeSlope: -1 })).toThrow(PipelineError);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(leakyRelu({ negativeSlope: 0.3 }), rows)).toBeLessThan(1e-8);
  });
});
