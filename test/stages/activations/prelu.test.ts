import { prelu } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { pass, shapes } from '../emissions.js';
import { imagesOf, passImages } from '../layers/images.js';

describe('prelu', () => {
  it('multiplies what is not positive by a', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                        --a--b--|', { a: batchOf([[-1, 2]]), b: batchOf([[4, -8]]) });
      expectObservable(x.pipe(prelu())).toBe('--c--d--|', { c: { x: [[-0.25, 2]] }, d: { x: [[4, -2]] } });
    });
  });

  it('learns an a for each channel', () => {
    const layer = prelu({ initial: 0.5 });
    const { y, back, gradients } = passImages(layer, [
      [
        [
          [-2, 4],
          [-6, -8],
        ],
      ],
    ]);
    expect(y).toEqual([
      [
        [
          [-1, 4],
          [-3, -4],
        ],
      ],
    ]);
    expect(
      back([
        [
          [
            [1, 10],
            [100, 1000],
          ],
        ],
      ]),
    ).toEqual([
      [
        [
          [0.5, 10],
          [50, 500],
        ],
      ],
    ]);
    expect([...gradients.a]).toEqual([-2 - 600, -8000]);
  });

  it('writes gradients anew, and does not add them up', () => {
    const { back, gradients } = pass(prelu(), [[-2]]);
    back([[1]]);
    back([[1]]);
    expect([...gradients.a]).toEqual([-2]);
  });

  it('keeps a from weight decay', () => {
    const { parameters = [] } = prelu().build(
      { kind: 'batch', size: 2, shape: [3], classes: undefined },
      contextWith(),
    );
    expect(parameters.map(({ name, undecayed }) => [name, undecayed])).toEqual([['a', true]]);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(prelu(), rows)).toBeLessThan(1e-8);
  });

  it('has it on images', () => {
    expect(gradientError(prelu(), imagesOf([2, 2, 3, 2]))).toBeLessThan(1e-8);
  });
});
