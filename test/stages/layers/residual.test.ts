import { batchNorm, conv2d, dense, identity, relu, residual, tanh } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf } from '../emissions.js';
import { imagesOf, outputOf, passImages } from './images.js';

describe('residual', () => {
  it('adds what the stages inside give to what they get', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                                                   --a--b--|', {
        a: batchOf([[1, -2]]),
        b: batchOf([[-3, 4]]),
      });
      expectObservable(x.pipe(residual({ stages: [relu()] }))).toBe('    --c--d--|', {
        c: { x: [[2, -2]] },
        d: { x: [[-3, 8]] },
      });
    });
  });

  it('holds stages one after another, and other blocks among them', () => {
    const block = residual({ stages: [relu(), residual({ stages: [identity()] })] });
    expect(passImages(block, [[1, -2]]).y).toEqual([[3, -2]]);
  });

  it('sends the gradient around the stages inside, and through them', () => {
    const [tape] = emissionsOf(of(batchOf([[1, -2]])).pipe(residual({ stages: [relu()] })), ({ tape }) => tape);
    const [opening, inner, closing] = tape;
    expect(tape).toHaveLength(3);
    const dy = { shape: [1, 2], data: Float32Array.of(10, 20) };
    const dClosing = closing.pullback(dy, true);
    expect(dClosing?.data).toEqual(Float32Array.of(10, 20));
    const dInner = inner.pullback(dy, true);
    expect(dInner?.data).toEqual(Float32Array.of(10, 0));
    expect(dInner && opening.pullback(dInner, true)?.data).toEqual(Float32Array.of(20, 20));
  });

  it('has the gradient of its formula, on rows and on images', () => {
    const rows = [
      [1, 0.2],
      [-0.5, 3],
      [2, 0.7],
    ];
    const deep = residual({ stages: [dense({ units: 3 }), tanh(), dense({ units: 2 })] });
    expect(gradientError(deep, rows)).toBeLessThan(1e-6);
    expect(gradientError(residual({ stages: [deep, tanh()] }), rows)).toBeLessThan(1e-6);
    const onImages = residual({
      stages: [conv2d({ filters: 2, padding: 'same' }), batchNorm({ epsilon: 0.1 }), tanh()],
    });
    expect(gradientError(onImages, imagesOf([3, 2, 3, 2]))).toBeLessThan(1e-6);
  });

  it('keeps the shape, and says how where the stages inside do not', () => {
    expect(outputOf(residual({ stages: [conv2d({ filters: 4, padding: 'same' })] }), [7, 7, 4])).toEqual([7, 7, 4]);
    expect(() => outputOf(residual({ stages: [conv2d({ filters: 4 })] }), [7, 7, 4])).toThrow(
      'residual: f(x) is [5, 5, 4], but is added to x, which is [7, 7, 4]; convolutions inside keep it with padding: same',
    );
    expect(() => outputOf(residual({ stages: [dense({ units: 3 })] }), [2])).toThrow(
      'residual: f(x) is [3], but is added to x, which is [2]; end it with dense: { units: 2 }',
    );
  });

  it('takes stages alone, one at least', () => {
    const make = (stages: unknown) => () => residual({ stages } as Parameters<typeof residual>[0]);
    expect(make([])).toThrow('residual: stages: expected at least one item, found 0 items');
    expect(make(['relu'])).toThrow('residual: stages.0: expected a stage, as relu(), found the text "relu"');
    expect(make([relu])).toThrow('residual: stages.0: expected a stage, as relu(), found a function');
    expect(make(undefined)).toThrow('residual needs the option "stages"');
  });
});
