import { adam, adamW } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { expectPath, pathOf } from '../descent.js';

describe('adamW', () => {
  it('shrinks every weight by the same share', () => {
    expectPath(pathOf(adamW({ learningRate: 0.1, weightDecay: 0.1 }), [0, 0, 0], 1), [0.99, 0.9801, 0.970299]);
  });

  it('is adam without a weight decay', () => {
    const gradients = [1, -3, 0.5];
    expect(pathOf(adamW({ weightDecay: 0 }), gradients)).toEqual(pathOf(adam(), gradients));
  });

  it('has a weight decay of 0.01 unless told otherwise, and lets it follow the schedule', () => {
    expectPath(pathOf(adamW({ learningRate: 0.1, warmUp: 2 }), [0, 0], 1), [0.9995, 0.9995 * 0.999]);
  });
});
