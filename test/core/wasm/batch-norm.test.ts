import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zeros } from '../../../src/core/tensor.js';
import { expectClose, made, output, textbook, variants } from './image-kit.js';

const channels = fc.constantFrom(1, 2, 3, 5, 8, 15, 16, 17, 30, 64, 100);
/** Around what blocks and bands of rows divide. */
const rows = fc.constantFrom(1, 2, 5, 127, 128, 129, 300);
const seeds = fc.nat({ max: 1_000_000 });
/** So large that two rows that are nearly alike do not become large numbers, of which rounding leaves little. */
const epsilon = 0.1;

describe.each(variants)('$dtype, $blocks', ({ dtype, wasm }) => {
  function agrees(R: number, C: number, seed: number, center = 0): void {
    const [kernels, twin] = [wasm.batchNorm(C, epsilon), textbook.batchNorm(C, epsilon)];
    const [x, dy, gamma, beta] = [[R, C], [R, C], [C], [C]].map((shape, i) => made(wasm, shape, seed + i));
    x.own.data.set(x.own.data.map((value) => value + center));
    x.exact.data.set(x.own.data);
    const [mean, variance, y, dx, dgamma, dbeta] = [[C], [C], [R, C], [R, C], [C], [C]].map((shape) =>
      output(wasm, shape),
    );
    const own = { mean: mean.own, variance: variance.own };
    kernels.statistics(own, x.own);
    twin.statistics({ mean: mean.exact, variance: variance.exact }, x.exact);
    expectClose(mean.own, mean.exact, dtype);
    expectClose(variance.own, variance.exact, dtype);
    // from here on by the same statistics: those of few rows may be so small that their last bits count
    mean.exact.data.set(mean.own.data);
    variance.exact.data.set(variance.own.data);
    const exact = { mean: mean.exact, variance: variance.exact };
    kernels.forward(y.own, x.own, gamma.own, beta.own, own);
    twin.forward(y.exact, x.exact, gamma.exact, beta.exact, exact);
    expectClose(y.own, y.exact, dtype);
    kernels.backward(dx.own, dgamma.own, dbeta.own, dy.own, x.own, gamma.own, own);
    twin.backward(dx.exact, dgamma.exact, dbeta.exact, dy.exact, x.exact, gamma.exact, exact);
    expectClose(dgamma.own, dgamma.exact, dtype);
    expectClose(dbeta.own, dbeta.exact, dtype);
    expectClose(dx.own, dx.exact, dtype);
  }

  test('batch normalization agrees with the textbook', () => {
    fc.assert(
      fc.property(rows, channels, seeds, (R, C, seed) => agrees(R, C, seed)),
      { numRuns: 60 },
    );
  });

  test('of so many rows that all bands have several blocks of them', () => agrees(20_000, 5, 1));

  test('of columns far from 0', () => agrees(1000, 8, 1, 1000));

  test('columns that are all alike have no variance', () => {
    const x = wasm.allocate([300, 3]);
    x.data.set(x.data.map((_, i) => [0.1, 7, -3e5][i % 3]));
    const [mean, variance] = [wasm.allocate([3]), wasm.allocate([3])];
    wasm.batchNorm(3, epsilon).statistics({ mean, variance }, x);
    expect([...variance.data]).toEqual([0, 0, 0]);
    expect([...mean.data]).toEqual([...x.data.slice(0, 3)]);
  });

  test('tensors that lie elsewhere', () => {
    const [R, C] = [3, 2];
    const filled = (length: number) => {
      const tensor = zeros([length / C, C], dtype);
      tensor.data.set(tensor.data.map((_, i) => (i * 7) % 11));
      return tensor;
    };
    const results = [wasm, textbook].map((kernels) => {
      const norm = kernels.batchNorm(C, epsilon);
      const [x, y, dx, by] = [filled(R * C), filled(R * C), filled(R * C), { mean: filled(C), variance: filled(C) }];
      norm.statistics(by, x);
      norm.forward(y, x, filled(C), filled(C), by);
      norm.backward(dx, filled(C), filled(C), y, x, filled(C), by);
      return [...y.data, ...dx.data];
    });
    expect(results[0]).toEqual(results[1]);
  });
});
