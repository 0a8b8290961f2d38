import { adaGrad, rmsProp } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { expectPath, pathOf } from '../descent.js';

describe('rmsProp', () => {
  it('measures a gradient against the last ones', () => {
    expectPath(pathOf(rmsProp({ learningRate: 0.1, decay: 0.9 }), [1, 1, 1]), [
      -0.1 / Math.sqrt(0.1),
      -0.1 / Math.sqrt(0.1) - 0.1 / Math.sqrt(0.19),
      -0.1 / Math.sqrt(0.1) - 0.1 / Math.sqrt(0.19) - 0.1 / Math.sqrt(0.271),
    ]);
  });

  it('forgets, where adaGrad does not: it comes back to its pace', () => {
    const gradients = new Array(200).fill(1);
    const lastMove = (path: number[]): number => path[198] - path[199];
    expect(lastMove(pathOf(rmsProp({ learningRate: 0.1, decay: 0.9 }), gradients))).toBeCloseTo(0.1, 6);
    expect(lastMove(pathOf(adaGrad({ learningRate: 0.1 }), gradients))).toBeCloseTo(0.1 / Math.sqrt(200), 6);
  });

  it('still takes decay by its former name, smoothing', () => {
    expect(rmsProp({ smoothing: 0.5 }).options).toEqual(rmsProp({ decay: 0.5 }).options);
  });

  it('stays where it is without a gradient', () => {
    expect(pathOf(rmsProp(), [0, 0])).toEqual([0, 0]);
  });
});
