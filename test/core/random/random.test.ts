import fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { numpyRandom } from '../../../src/core/random/numpy-random.js';
import { type Random, seededRandom, wholeBelow } from '../../../src/core/random/random.js';
import { restoreWhole } from '../../../src/core/state.js';
import { throughFile } from '../../state-file.js';

const stream = (seed = 1, name = 'test'): Random => seededRandom(seed).stream(name);

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

const meanOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** The mean of (x - mean)ⁿ. */
const momentOf = (numbers: readonly number[], n: number): number => {
  const mean = meanOf(numbers);
  return meanOf(numbers.map((x) => (x - mean) ** n));
};

const shareOf = (numbers: readonly number[], test: (x: number) => boolean): number =>
  numbers.filter(test).length / numbers.length;

const mixed = (random: Random): unknown[] => [
  random.uniform(),
  random.normal(),
  random.permutation(5),
  random.choice(9, 4),
];

describe('seededRandom', () => {
  it('gives the same draws for the same seed and name', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), (seed, name) => {
        expect(mixed(stream(seed, name))).toEqual(mixed(stream(seed, name)));
      }),
    );
  });

  it('gives other draws for another seed, and for another name', () => {
    expect(mixed(stream(1))).not.toEqual(mixed(stream(2)));
    expect(mixed(stream(1, 'network.0'))).not.toEqual(mixed(stream(1, 'network.1')));
    expect(mixed(stream(1, '1/a'))).not.toEqual(mixed(stream(11, '/a')));
  });

  it('gives draws of its own to each name, whoever else draws', () => {
    const source = seededRandom(1);
    const [alone, other] = [source.stream('a'), source.stream('b')];
    const first = alone.uniform();
    draw(10, other.uniform);
    const second = alone.uniform();
    const again = seededRandom(1).stream('a');
    expect([first, second]).toEqual([again.uniform(), again.uniform()]);
  });

  it('gives streams that have nothing to do with one another', () => {
    const [a, b] = [draw(10_000, stream(1, 'a').uniform), draw(10_000, stream(1, 'b').uniform)];
    const covariance = meanOf(a.map((x, i) => (x - 0.5) * (b[i] - 0.5)));
    expect(Math.abs(covariance) * 12).toBeLessThan(0.03); // a correlation of 3 standard deviations
  });
});

describe('uniform', () => {
  const numbers = draw(20_000, stream().uniform);

  it('is from 0 to 1, without 1', () => {
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });

  it('is flat', () => {
    for (let tenth = 0; tenth < 10; tenth++) {
      expect(shareOf(numbers, (x) => Math.floor(x * 10) === tenth)).toBeCloseTo(0.1, 1.9);
    }
    expect(meanOf(numbers)).toBeCloseTo(0.5, 1.9);
    expect(momentOf(numbers, 2)).toBeCloseTo(1 / 12, 2);
  });

  it('has more digits than 32 bits hold', () => {
    expect(numbers.every((x) => Number.isInteger(x * 2 ** 32))).toBe(false);
    expect(numbers.every((x) => Number.isInteger(x * 2 ** 53))).toBe(true);
  });
});

describe('normal', () => {
  const numbers = draw(40_000, stream().normal);

  it('has mean 0, standard deviation 1, and the moments of a Gaussian', () => {
    expect(meanOf(numbers)).toBeCloseTo(0, 1.5);
    expect(momentOf(numbers, 2)).toBeCloseTo(1, 1.3);
    expect(momentOf(numbers, 3)).toBeCloseTo(0, 1);
    expect(momentOf(numbers, 4)).toBeCloseTo(3, 0.6);
  });

  it('has 68 % within 1, 95 % within 2, and some beyond 3', () => {
    expect(shareOf(numbers, (x) => Math.abs(x) < 1)).toBeCloseTo(0.6827, 1.7);
    expect(shareOf(numbers, (x) => Math.abs(x) < 2)).toBeCloseTo(0.9545, 1.9);
    expect(shareOf(numbers, (x) => Math.abs(x) > 3)).toBeCloseTo(0.0027, 2.5);
  });

  it('does not tie one draw to the next, though they come in pairs', () => {
    const covariance = meanOf(numbers.slice(1).map((x, i) => x * numbers[i]));
    expect(Math.abs(covariance)).toBeLessThan(0.02);
  });
});

describe('permutation', () => {
  it('holds every number once', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 200 }), (seed, n) => {
        const order = stream(seed).permutation(n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('puts every number in every place about as often', () => {
    const random = stream();
    const orders = Array.from({ length: 6000 }, () => random.permutation(3).join(''));
    for (const order of ['012', '021', '102', '120', '201', '210']) {
      expect(orders.filter((found) => found === order).length / 1000).toBeCloseTo(1, 0.8);
    }
  });

  it('differs from one time to the next', () => {
    const random = stream();
    expect(random.permutation(20)).not.toEqual(random.permutation(20));
  });
});

describe('choice', () => {
  it('has as many as it is told, each below n', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), fc.nat({ max: 50 }), (seed, n, size) => {
        const chosen = [...stream(seed).choice(n, size)];
        expect(chosen).toHaveLength(size);
        expect(chosen.every((number) => Number.isInteger(number) && number >= 0 && number < n)).toBe(true);
      }),
    );
  });

  it('takes each about as often', () => {
    const chosen = [...stream().choice(5, 20_000)];
    for (const number of [0, 1, 2, 3, 4]) expect(shareOf(chosen, (x) => x === number)).toBeCloseTo(0.2, 1.9);
  });

  it('may take one twice', () => {
    expect(new Set(stream().choice(10, 11)).size).toBeLessThan(11);
    expect([...stream().choice(1, 3)]).toEqual([0, 0, 0]);
  });
});

describe('wholeBelow', () => {
  it("gives pure-rand's numbers", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, n) => {
        const [own, theirs] = [xoroshiro128plus(seed), xoroshiro128plus(seed)];
        for (let i = 0; i < 20; i++)
          expect(wholeBelow(n, () => own.next() + 2 ** 31)).toBe(uniformInt(theirs, 0, n - 1));
      }),
    );
  });

  it('draws again what is left over at the end of the range', () => {
    const draws = [2 ** 32 - 1, 7];
    expect(wholeBelow(3, () => draws.shift() ?? 0)).toBe(1);
  });
});

describe.each(Object.entries({ seededRandom, numpyRandom }))('the state of %s', (_, source) => {
  const draws: Readonly<Record<string, (random: Random) => unknown>> = {
    uniform: (random) => random.uniform(),
    normal: (random) => random.normal(),
    permutation: (random) => random.permutation(3),
    choice: (random) => random.choice(9, 2),
  };
  const anyDraws = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom(...Object.keys(draws))), {
    maxLength: 20,
  });

  it('is where its streams stand: another source goes on from there with the same draws', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), anyDraws, anyDraws, (seed, otherSeed, before, after) => {
        const [first, second] = [source(seed), source(otherSeed)];
        const streamsOf = (from: typeof first) => ({ a: from.stream('a'), b: from.stream('b') });
        const [streams, otherStreams] = [streamsOf(first), streamsOf(second)];
        for (const [name, draw] of before) draws[draw](streams[name]);
        const state = first.state();
        restoreWhole(second, throughFile(state));
        expect(second.state()).toStrictEqual(state);
        for (const [name, draw] of after) expect(draws[draw](otherStreams[name])).toEqual(draws[draw](streams[name]));
        expect(second.state()).toStrictEqual(first.state());
      }),
    );
  });

  it('has the second Gaussian of a pair', () => {
    const [first, second] = [source(1), source(2)].map((from) => ({ from, stream: from.stream('a') }));
    first.stream.normal();
    restoreWhole(second.from, first.from.state());
    expect(second.stream.normal()).toBe(first.stream.normal());
  });
});
