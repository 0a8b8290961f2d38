import { binaryCrossEntropy, RunError } from 'marblenet';
import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';
import { emissionsOf } from '../emissions.js';

describe('binaryCrossEntropy', () => {
  it('asks each question for itself', () => {
    const log3 = Math.log(3); // sigmoid: ¾
    marbles(({ cold, expectObservable }) => {
      const batches = cold('                                     --a--|', {
        a: batchOf([[log3, -log3]], { targets: [[1, 1]] }),
      });
      expectObservable(batches.pipe(binaryCrossEntropy())).toBe('--b--|', {
        b: { loss: (Math.log(4 / 3) + Math.log(4)) / 2, dx: [[-1 / 8, -3 / 8]], outputs: 'binaryLogits' },
      });
    });
  });

  it('is finite for logits of any size', () => {
    const [loss] = emissionsOf(
      of(batchOf([[1000], [-1000]], { targets: [[0], [1]] })).pipe(binaryCrossEntropy()),
      (step) => step.loss,
    );
    expect(loss).toBe(1000);
  });

  it.each([1, 4])('has the gradient of its formula, where a yes counts %d times', (positiveWeight) => {
    const rows = [
      [0.5, -3],
      [2, 0],
    ];
    const truth = [
      [1, 0],
      [0.25, 1],
    ];
    expect(lossGradientError(binaryCrossEntropy({ positiveWeight }), rows, truth)).toBeLessThan(1e-8);
  });

  it.each([5, -3, Number.NaN])('refuses the target %d', (target) => {
    const batch = batchOf([[1], [2]], { targets: [[1], [target]] });
    expect(() => through(binaryCrossEntropy(), batch)).toThrow(
      new RunError(`found the target ${target}, expected from 0, no, to 1, yes`),
    );
  });

  it('takes no targets that were standardized', () => {
    const batch = { ...batchOf([[1]], { targets: [[1]] }), targetScaling: { mean: 1, std: 1 } };
    expect(() => through(binaryCrossEntropy(), batch)).toThrow('standardize: { of: targets } is for real numbers');
  });
});
