/**
 * All chance comes from here, so that a seed decides everything: the same seed gives the same weights, the same
 * shuffles and the same digits, on any machine.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** One stream of random draws. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Gaussian with mean 0 and standard deviation 1. */
  normal(): number;
  /** The numbers 0 to `n - 1` in random order. */
  permutation(n: number): Int32Array;
  /** `size` draws from 0 to `n - 1`, with replacement. */
  choice(n: number, size: number): Int32Array;
}

/**
 * Where stages get their stream. Each asks by its own name, and gets draws that depend on the seed and that name alone:
 * adding a stage to a pipeline does not change the luck of its neighbours.
 */
export interface RandomSource {
  stream(name: string): Random;
}

/** The default source: one xoroshiro128+ generator a name. */
export const seededRandom = (seed: number): RandomSource => ({
  stream: (name) => randomFrom(hash(`${seed}/${name}`)),
});

function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  const below = (n: number): number => uniformInt(generator, 0, n - 1);
  let spare: number | undefined;

  return {
    uniform,

    // Marsaglia's polar method: a point in the unit disc gives two independent Gaussians, and the second waits here.
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const scale = Math.sqrt((-2 * Math.log(s)) / s);
          spare = v * scale;
          return u * scale;
        }
      }
    },

    // Fisher-Yates, from the last place to the first.
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = below(i + 1);
        const kept = order[i];
        order[i] = order[j];
        order[j] = kept;
      }
      return order;
    },

    choice: (n, size) => Int32Array.from({ length: size }, () => below(n)),
  };
}

/** FNV-1a, 32 bits: turns "42/network.0" into a seed of its own. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return state;
}
