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
      'residual: f(x) is [5, 5, 4], but is added to x, which is [7, 7, 4]; ' +
        'convolutions inside keep it with padding: same, stride: 1, and filters: 4 at the end',
    );
    expect(() => outputOf(residual({ stages: [dense({ units: 3 })] }), [2])).toThrow(
      'residual: f(x) is [3], but is added to x, which is [2]; end the stages inside with dense: { units: 2 }, ' +
        'or beside stages, shortcut: [dense: { units: 3 }] leads to the shape of f(x)',
    );
  });

  const halves = (stride: 2 | [number, number]) => conv2d({ filters: 16, padding: 'same', stride });

  it('says which shortcut leads to the shape of f(x), and it does', () => {
    const kept = 'convolutions inside keep it with padding: same, stride: 1, and filters: 8 at the end';
    const said = (block: ReturnType<typeof residual>, x: number[], advice: string) =>
      expect(() => outputOf(block, x)).toThrow(advice);
    said(
      residual({ stages: [halves(2)] }),
      [14, 14, 8],
      `residual: f(x) is [7, 7, 16], but is added to x, which is [14, 14, 8]; ${kept}, ` +
        'or beside stages, shortcut: [conv2d: { filters: 16, kernel: 1, stride: 2 }] leads to the shape of f(x)',
    );
    said(residual({ stages: [halves([2, 1])] }), [9, 8, 8], '{ filters: 16, kernel: 1, stride: [2, 1] }');
    said(residual({ stages: [conv2d({ filters: 3, kernel: 1 })] }), [7, 7], '[conv2d: { filters: 3, kernel: 1 }]');
    const shortcut = conv2d({ filters: 16, kernel: 1, stride: [2, 1] });
    const block = residual({ stages: [halves([2, 1])], shortcut: [shortcut] });
    expect(outputOf(block, [9, 8, 8])).toEqual([5, 8, 16]);
  });

  it('says what to write in the place of a shortcut to another shape', () => {
    const same = residual({ stages: [halves(2)], shortcut: [conv2d({ filters: 16, kernel: 1 })] });
    expect(() => outputOf(same, [14, 14, 8])).toThrow(
      'residual: f(x) is [7, 7, 16], and its shortcut gives [14, 14, 16]; from x, which is [14, 14, 8], ' +
        'shortcut: [conv2d: { filters: 16, kernel: 1, stride: 2 }] leads to the shape of f(x)',
    );
    const smaller = residual({
      stages: [conv2d({ filters: 16 })],
      shortcut: [conv2d({ filters: 16, kernel: 1 })],
    });
    expect(() => outputOf(smaller, [14, 14, 8])).toThrow(
      'residual: f(x) is [12, 12, 16], and its shortcut gives [14, 14, 16]; from x, which is [14, 14, 8], ' +
        'none leads there: with padding: same, the stages inside change rows and columns by their strides alone',
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
