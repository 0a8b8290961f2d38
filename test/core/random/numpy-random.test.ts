/** The draws of NumPy itself: test/fixtures/numpy-random.json is written by bench/peers/numpy_fixtures.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { numpyRandom } from '../../../src/core/random/numpy-random.js';
import type { Random } from '../../../src/core/random/random.js';

interface Drawn {
  readonly seed: number;
  readonly uniform: readonly number[];
  readonly normal: readonly number[];
  readonly choice: readonly number[];
  readonly oneMoreNormal: number;
  readonly permutation: readonly number[];
  readonly ofOne: readonly number[];
  readonly ofTwo: readonly number[];
  readonly ofMany: readonly number[];
  /** The sum of 39,701. */
  readonly normals: number;
  readonly lastChoice: readonly number[];
}

const fixtures: Drawn[] = JSON.parse(
  readFileSync(new URL('../../fixtures/numpy-random.json', import.meta.url), 'utf8'),
);

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

const expectClose = (found: readonly number[], expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i] / value - 1)).toBeLessThan(1e-15);
};

describe('numpyRandom', () => {
  it.each(fixtures)('draws what NumPy draws after np.random.seed($seed)', (expected) => {
    const random: Random = numpyRandom(expected.seed).stream('network.0');
    expect(draw(3, random.uniform)).toEqual(expected.uniform);
    expectClose(draw(3, random.normal), expected.normal);
    expect([...random.choice(60_000, 8)]).toEqual(expected.choice);
    expectClose([random.normal()], [expected.oneMoreNormal]);
    expect([...random.permutation(12)]).toEqual(expected.permutation);
    expect([...random.choice(1, 3)]).toEqual(expected.ofOne);
    expect([...random.choice(2, 12)]).toEqual(expected.ofTwo);
    expect([...random.choice(2 ** 31 - 1, 3)]).toEqual(expected.ofMany);
    const sum = draw(39_701, random.normal).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(expected.normals, 9);
    expect([...random.choice(60_000, 4)]).toEqual(expected.lastChoice);
  });

  it('draws what was once drawn by hand after np.random.seed(7)', () => {
    const random = numpyRandom(7).stream('network.0');
    const normals = [
      1.690525703800356, -0.4659373705408328, 0.0328201636785844, 0.40751628299650783, -0.7889230286257386,
    ];
    expectClose(draw(5, random.normal), normals);
    expect([...random.choice(60_000, 8)]).toEqual([27354, 45960, 19623, 38886, 1092, 50608, 55167, 57735]);
  });

  it('has one stream, whoever asks for it', () => {
    const source = numpyRandom(7);
    const [weights, batches] = [source.stream('network.0'), source.stream('train.0')];
    draw(5, weights.normal);
    expect([...batches.choice(60_000, 2)]).toEqual([27354, 45960]);
  });

  it('draws an epoch at once as it would step by step', () => {
    const [atOnce, inSteps] = [7, 7].map((seed) => numpyRandom(seed).stream('train.0'));
    const steps = Array.from({ length: 10 }, () => [...inSteps.choice(60_000, 100)]);
    expect([...atOnce.choice(60_000, 1000)]).toEqual(steps.flat());
  });
});
