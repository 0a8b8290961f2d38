import { adam, PipelineError } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { expectPath, pathOf } from '../descent.js';

describe('adam', () => {
  it('goes as far for a long gradient as for a short one, if it is steady', () => {
    for (const gradient of [0.01, 1, 100]) {
      expectPath(pathOf(adam({ learningRate: 0.1 }), [gradient, gradient, gradient]), [-0.1, -0.2, -0.3]);
    }
  });

  it('goes by means that are freed of their bias', () => {
    const [first, second, third] = pathOf(adam({ learningRate: 0.1 }), [1, 10, 100]);
    const mean = (m: number, n: number) => m / (1 - 0.9 ** n);
    const root = (s: number, n: number) => Math.sqrt(s / (1 - 0.999 ** n));
    expect(first).toBeCloseTo(-0.1, 7);
    expect(first - second).toBeCloseTo((0.1 * mean(0.09 + 1, 2)) / root(0.000999 + 0.1, 2), 7);
    expect(second - third).toBeCloseTo((0.1 * mean(0.081 + 0.9 + 10, 3)) / root(0.000998001 + 0.0999 + 10, 3), 7);
    // the figures in the docstring
    expect([first - second, second - third].map((move) => move.toFixed(2))).toEqual(['0.08', '0.07']);
  });

  it('adds its epsilon to the root that is freed of its bias, as PyTorch does and the book does not', () => {
    expectPath(pathOf(adam({ learningRate: 0.1, epsilon: 1 }), [1]), [-0.1 / (1 + 1)]);
  });

  it('lets the weight decay go through the division', () => {
    expectPath(pathOf(adam({ learningRate: 0.1, weightDecay: 0.1 }), [0], 1), [0.9]);
  });

  it('stays where it is without a gradient', () => {
    expect(pathOf(adam(), [0, 0])).toEqual([0, 0]);
  });

  it.each(['beta1', 'beta2'])('refuses a %s of 1', (beta) => {
    expect(() => adam({ [beta]: 1 })).toThrow(PipelineError);
  });
});
