import { rootMeanSquaredError } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

describe('rootMeanSquaredError', () => {
  it('is how far off the network is, as a rule', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                                       ab|', {
        a: stepOf([[1]], { targets: [[1]] }),
        b: stepOf([[2]], { targets: [[4]] }),
      });
      expectObservable(steps.pipe(rootMeanSquaredError())).toBe('--(m|)', {
        m: { name: 'rootMeanSquaredError', value: Math.SQRT2 },
      });
    });
  });

  it('is in units of the target, where that was scaled, each by its own', () => {
    const step = stepOf([[1, 0]], { targets: [[0, 2]] });
    const targetScaling = { mean: [20, 5], std: [10, 3] };
    expect(through(rootMeanSquaredError(), { ...step, targetScaling }).value).toBe((10 + 6) / 2);
  });
});
