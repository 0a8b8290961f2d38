import { adaGrad } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { expectPath, pathOf } from '../descent.js';

describe('adaGrad', () => {
  it('slows down by how far a weight has been pushed', () => {
    expectPath(pathOf(adaGrad({ learningRate: 0.1 }), [1, 1, 1]), [
      -0.1,
      -0.1 - 0.1 / Math.sqrt(2),
      -0.1 - 0.1 / Math.sqrt(2) - 0.1 / Math.sqrt(3),
    ]);
  });

  it('goes as far at first, however long the gradient', () => {
    expectPath(pathOf(adaGrad({ learningRate: 0.1 }), [1000]), [-0.1]);
    expectPath(pathOf(adaGrad({ learningRate: 0.1 }), [0.001]), [-0.1]);
  });

  it('stays where it is without a gradient', () => {
    expect(pathOf(adaGrad(), [0, 0])).toEqual([0, 0]);
  });
});
