import { batchNorm, type Tensor } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { imagesOf, passImages } from './images.js';

const near = (...numbers: number[]) => numbers.map((number) => expect.closeTo(number, 4));

describe('batchNorm', () => {
  it('gives each column the mean 0 and the variance 1', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                         --a--|', {
        a: batchOf([
          [1, 10],
          [3, 50],
        ]),
      });
      expectObservable(x.pipe(batchNorm({ epsilon: 1e-9 }))).toBe('--c--|', {
        c: {
          x: [
            [-1, -1],
            [1, 1],
          ],
        },
      });
    });
  });

  it('counts each pixel of a channel', () => {
    const { y } = passImages(batchNorm(), [[[[1], [3]]], [[[3], [5]]]]);
    expect(y).toEqual([[[near(-Math.SQRT2), near(0)]], [[near(0), near(Math.SQRT2)]]]);
  });

  it('scales by gamma and shifts by beta', () => {
    const layer = batchNorm();
    const { weights } = passImages(layer, [[1], [3]]);
    weights.gamma.set([10]);
    weights.beta.set([5]);
    expect(passImages(layer, [[1], [3]]).y).toEqual([near(-5), near(15)]);
  });

  it('goes by running means outside training', () => {
    const layer = batchNorm({ momentum: 0.5, epsilon: 1e-9 });
    passImages(layer, [[2], [6]]); // mean 4, variance 4, which is 8 of an unbiased estimate
    // running mean 2, running variance 4.5
    expect(passImages(layer, [[2], [2 + Math.sqrt(4.5)]], 'test').y).toEqual([near(0), near(1)]);
    const { back, gradients } = passImages(layer, [[2], [3]], 'validation');
    gradients.gamma.fill(7);
    expect(back([[0], [9]])).toEqual([near(0), near(9 / Math.sqrt(4.5))]);
    expect([...gradients.gamma]).toEqual([7]);
  });

  it('has the gradient of its formula, on rows and on images', () => {
    expect(
      gradientError(batchNorm(), [
        [1, 0.2],
        [-0.5, 3],
        [2, 0.7],
      ]),
    ).toBeLessThan(1e-6);
    expect(gradientError(batchNorm({ epsilon: 0.1 }), imagesOf([3, 2, 3, 2]))).toBeLessThan(1e-6);
  });

  it('leaves beta of a batch of one row', () => {
    expect(passImages(batchNorm(), [[3, 4]]).y).toEqual([[0, 0]]);
  });

  it('remembers its running means', () => {
    const spec = { kind: 'batch', size: 2, shape: [1], classes: undefined } as const;
    const [first, second] = [1, 2].map(() => batchNorm().build(spec, contextWith()));
    const state = first.state?.state() ?? {};
    expect(Object.keys(state)).toEqual(['mean', 'variance']);
    (state.mean as Tensor).data[0] = 3;
    second.state?.restore(state);
    expect(second.state?.state()).toEqual(state);
  });

  it('keeps gamma and beta from weight decay', () => {
    const { parameters = [] } = batchNorm().build(
      { kind: 'batch', size: 2, shape: [3], classes: undefined },
      contextWith(),
    );
    expect(parameters.map(({ name, value, undecayed }) => [name, value.shape, undecayed])).toEqual([
      ['gamma', [3], true],
      ['beta', [3], true],
    ]);
  });
});
