/** Products of floats among zeros, where their nonzeros alone are multiplied. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextbookKernels } from '../../../src/core/kernels/textbook.js';
import { type Random, seededRandom } from '../../../src/core/random/random.js';
import type { Tensor } from '../../../src/core/tensor.js';
import { SparseFloats } from '../../../src/core/wasm/sparse-floats.js';
import { dtypes, sparseKit } from './sparse-kit.js';

/** Largest difference, of sums of about a hundred products. */
const tolerances = { float32: 1e-4, float64: 1e-12 };

describe.each(dtypes)('%s', (dtype) => {
  const { arena, wasm, tiled, tensor } = sparseKit(dtype);
  const textbook = createTextbookKernels(dtype);
  const floats = new SparseFloats(arena, wasm, tiled, dtype);

  const filled = (random: Random, density: number, ...shape: number[]): Tensor => {
    const made = tensor(...shape);
    for (let i = 0; i < made.data.length; i++) made.data[i] = random.uniform() < density ? random.normal() : 0;
    return made;
  };

  const differenceOf = (found: Tensor, expected: Tensor): number => {
    const wanted = expected.data;
    let worst = 0;
    for (const [i, value] of found.data.entries()) worst = Math.max(worst, Math.abs(value - wanted[i]));
    return worst;
  };

  /** Both products of some x[B, D], against the textbook's; whether the nonzeros alone were multiplied. */
  function compared(B: number, D: number, H: number, density: number, seed: number): readonly boolean[] {
    const random = seededRandom(seed).stream('floats');
    const x = filled(random, density, B, D);
    const [W, b, dout] = [filled(random, 1, D, H), filled(random, 1, H), filled(random, 1, B, H)];
    const [out, dW, outOfAll, dWOfAll, db] = [tensor(B, H), tensor(D, H), tensor(B, H), tensor(D, H), tensor(H)];
    out.data.fill(Number.NaN); // outputs are overwritten, whatever they held
    dW.data.fill(Number.NaN);
    const taken = [floats.product(out, x, W, b), floats.gradient(dW, dout, x)];
    textbook.dense(outOfAll, x, W, b);
    textbook.denseGradient(dWOfAll, db, dout, x);
    if (taken[0]) expect(differenceOf(out, outOfAll)).toBeLessThan(tolerances[dtype]);
    if (taken[1]) expect(differenceOf(dW, dWOfAll)).toBeLessThan(tolerances[dtype]);
    return taken;
  }

  it('are what the textbook says, for all sizes', () => {
    const rows = fc.constantFrom(16, 17, 31, 50);
    const columns = fc.constantFrom(1, 2, 3, 5, 28, 131, 197);
    const widths = fc.constantFrom(160, 172, 265, 301, 320);
    const densities = fc.constantFrom(0, 0.05, 0.2, 0.34);
    fc.assert(
      fc.property(rows, columns, widths, densities, fc.nat(1000), (B, D, H, density, seed) => {
        compared(B, D, H, density, seed);
      }),
      { numRuns: 60 },
    );
  });

  it('are, of more nonzeros than a panel has room for', () => {
    expect(compared(160, 1100, 320, 0.3, 1)).toEqual([true, true]);
  });

  it.each([
    ['most numbers are not 0', [32, 50, 320, 0.7]],
    ['there are few columns', [32, 50, 100, 0.1]],
    ['there are few rows', [15, 50, 320, 0.1]],
  ] as const)('are left to dense products where %s', (_, [B, D, H, density]) => {
    expect(compared(B, D, H, density, 2)).toEqual([false, false]);
  });

  it('take what is not a number for one that is not 0', () => {
    const x = filled(seededRandom(3).stream('floats'), 0.1, 16, 40);
    x.data[5] = Number.NaN;
    const [W, b, out] = [tensor(40, 320), tensor(320), tensor(16, 320)];
    W.data.fill(1);
    expect(floats.product(out, x, W, b)).toBe(true);
    expect(out.data[0]).toBeNaN();
    expect(out.data[320]).not.toBeNaN();
  });
});
