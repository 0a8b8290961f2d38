/**
 * All chance comes from here, so that a seed decides everything: the same seed gives the same weights, the same
 * shuffles and the same digits, on any machine.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { joinStates, type StateDict, type Stateful } from '../state.js';

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
 *
 * The state of a source is where its streams stand; of several that were asked for by one name, the last one counts.
 */
export interface RandomSource extends Stateful {
  /** The draws of one stage, named by its place. */
  stream(name: string): Random;
}

/**
 * Where the draws come from. `perStage`: a generator for each stage, so that stages do not touch one another's luck.
 * `numpy`: one generator for all, which draws what NumPy draws after `np.random.seed(seed)`.
 */
export type RandomKind = 'perStage' | 'numpy';

/** The default source: one xoroshiro128+ generator a name. */
export function seededRandom(seed: number): RandomSource {
  const streams = new Map<string, Stateful>();
  const all = () => joinStates([...streams]);
  return {
    stream(name) {
      let generator = xoroshiro128plus(hash(`${seed}/${name}`));
      const uniform = () => uniformFloat64(generator);
      const below = (n: number) => wholeBelow(n, () => generator.next() + 2 ** 31);
      const random = randomOf({
        uniform,
        below,
        normals: () => polarPair(uniform),
        position: () => generator.getState(),
        moveTo: (position) => {
          generator = xoroshiro128plusFromState(position);
        },
      });
      streams.set(name, random);
      return random;
    },
    state: () => all().state(),
    restore: (state) => all().restore(state),
  };
}

/** What a generator must be able to draw; a stream is made of it. */
export interface Draws {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** A whole number from 0 to `n - 1`. */
  readonly below: (n: number) => number;
  /** Two independent Gaussians, in the order in which they are given out. */
  readonly normals: () => readonly [number, number];
  /** Where the generator stands: 32-bit integers. */
  readonly position: () => readonly number[];
  readonly moveTo: (position: readonly number[]) => void;
}

/** The stream of a generator's draws. Its state is where the generator stands, and a Gaussian that is left of a pair. */
export function randomOf({ uniform, below, normals, position, moveTo }: Draws): Random & Stateful {
  let spare: number | undefined;

  return {
    uniform,

    normal() {
      if (spare === undefined) {
        const [now, next] = normals();
        spare = next;
        return now;
      }
      const value = spare;
      spare = undefined;
      return value;
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

    choice(n, size) {
      const chosen = new Int32Array(size);
      for (let i = 0; i < size; i++) chosen[i] = below(n);
      return chosen;
    },

    state: () => ({
      generator: Int32Array.from(position()),
      spare: Float64Array.from(spare === undefined ? [] : [spare]),
    }),

    restore(state: StateDict) {
      moveTo(Array.from(state.generator as Int32Array));
      [spare] = state.spare as Float64Array;
    },
  };
}

/**
 * A whole number from 0 to `n - 1`, from draws in [0, 2 ** 32). It is what pure-rand's `uniformInt` gives, in half of the
 * time: a shuffled epoch has tens of thousands of them, and the remainder of two doubles is slow to come by.
 */
export function wholeBelow(n: number, draw: () => number): number {
  // as many draws for each number: what is left at the end of the range is drawn again
  const end = Math.floor(2 ** 32 / n) * n;
  let drawn = draw();
  while (drawn >= end) drawn = draw();
  return drawn - Math.floor(drawn / n) * n;
}

/** Marsaglia's polar method: a point in the unit disc, other than its centre, gives two independent Gaussians. */
export function polarPair(uniform: () => number): readonly [number, number] {
  for (;;) {
    const u = 2 * uniform() - 1;
    const v = 2 * uniform() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) {
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      return [u * scale, v * scale];
    }
  }
}

/** FNV-1a, 32 bits: turns "42/network.0" into a seed of its own. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return state;
}
