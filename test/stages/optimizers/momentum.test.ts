import { momentum, PipelineError, sgd } from 'marblenet';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { expectPath, parameter, pathOf, stepOn } from '../descent.js';
import { emissionsOf } from '../emissions.js';

describe('momentum', () => {
  it('gains speed where gradients agree, and loses it where they do not', () => {
    const path = pathOf(momentum({ learningRate: 0.1, momentum: 0.9 }), [1, 1, 1, -2.71]);
    expectPath(path, [-0.1, -0.1 - 0.19, -0.1 - 0.19 - 0.271, -0.1 - 0.19 - 0.271 + 0.1 * (2.71 - 0.9 * 2.71)]);
  });

  it('is sgd with no momentum', () => {
    const gradients = [1, -3, 0.5];
    expect(pathOf(momentum({ learningRate: 0.1, momentum: 0 }), gradients)).toEqual(
      pathOf(sgd({ learningRate: 0.1 }), gradients),
    );
  });

  it('keeps a velocity for each weight', () => {
    const [W, b] = [parameter([0, 0], [1, 0]), parameter([0], [2])];
    const stage = momentum({ learningRate: 1, momentum: 0.5 });
    for (let i = 0; i < 2; i++) emissionsOf(of(stepOn([W], [b])).pipe(stage), () => undefined);
    expect([...W.value.data, ...b.value.data]).toEqual([-2.5, 0, -5]);
  });

  it.each([-0.1, 1])('refuses a momentum of %d', (momentumOf) => {
    expect(() => momentum({ learningRate: 0.1, momentum: momentumOf })).toThrow(PipelineError);
  });
});
