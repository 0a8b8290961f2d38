import { momentum, nesterov, PipelineError } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { expectPath, pathOf } from '../descent.js';

describe('nesterov', () => {
  it('looks ahead of its velocity', () => {
    const path = pathOf(nesterov({ learningRate: 0.1, momentum: 0.9 }), [1, 1, 1]);
    expectPath(path, [-0.19, -0.19 - 0.271, -0.19 - 0.271 - 0.3439]);
  });

  it('turns round sooner than momentum when the gradient does', () => {
    const gradients = [1, 1, -2];
    const options = { learningRate: 0.1, momentum: 0.9 };
    const lastMove = (path: number[]): number => path[2] - path[1];
    expect(lastMove(pathOf(nesterov(options), gradients))).toBeGreaterThan(
      lastMove(pathOf(momentum(options), gradients)),
    );
  });

  it.each([0, 1])('refuses a momentum of %d', (momentumOf) => {
    expect(() => nesterov({ learningRate: 0.1, momentum: momentumOf })).toThrow(PipelineError);
  });
});
