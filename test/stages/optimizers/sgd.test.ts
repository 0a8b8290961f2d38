import { PipelineError, sgd } from 'marblenet';
import { marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { expectPath, parameter, pathOf, stepOn } from '../descent.js';
import { emissionsOf } from '../emissions.js';

describe('sgd', () => {
  it('moves every parameter against its gradient, once a step', () => {
    marbles(({ cold, expectObservable }) => {
      const step = stepOn([parameter([1, -2], [10, 20])]);
      const moved = (value: number[]) => ({ loss: 0.5, tape: [{ parameters: [{ value }] }] });
      const steps = cold('                                           --a--a--|', { a: step });
      expectObservable(steps.pipe(sgd({ learningRate: 0.1 }))).toBe('--b--c--|', {
        b: moved([1 - 0.1 * 10, -2 - 0.1 * 20]),
        c: moved([1 - 0.2 * 10, -2 - 0.2 * 20]),
      });
    });
  });

  it('moves the parameters of every layer', () => {
    const [W1, b1, W2] = [parameter([0], [1]), parameter([0], [2]), parameter([0], [3])];
    emissionsOf(of(stepOn([W1, b1], [], [W2])).pipe(sgd({ learningRate: 0.5 })), () => undefined);
    expect([W1, b1, W2].map(({ value }) => value.data[0])).toEqual([-0.5, -1, -1.5]);
  });

  it('leaves the gradients as they are', () => {
    const W = parameter([0], [3]);
    emissionsOf(of(stepOn([W])).pipe(sgd({ learningRate: 0.5 })), () => undefined);
    expect([...W.gradient.data]).toEqual([3]);
  });

  it('refuses to stand before backward', () => {
    const input = { kind: 'step', size: 1, shape: [2], classes: 2, gradients: false } as const;
    expect(() => sgd({ learningRate: 0.1 }).build(input, contextWith())).toThrow(
      new PipelineError('sgd needs gradients; put backward before it'),
    );
  });

  it.each([0, -0.1])('refuses the learning rate %d', (learningRate) => {
    expect(() => sgd({ learningRate })).toThrow(PipelineError);
  });

  it('pulls every weight to 0 by its weight decay', () => {
    expectPath(pathOf(sgd({ learningRate: 0.1, weightDecay: 0.5 }), [0, 1], 1), [0.95, 0.95 * 0.95 - 0.1]);
  });
});
