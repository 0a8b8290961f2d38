/**
 * Counter-based random numbers: draw n of a key is a function of the two, whoever drew what before. So what is drawn for a
 * sample depends neither on the batch that it comes in, nor on threads, nor on where a run was resumed.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011); the function that mixes bits is Wellons's
 * lowbias32. src/kernels/augmentation/draws.ts has the same one.
 */

/** 2³² over the golden ratio: multiples of it fall far apart. */
const GOLDEN = 0x9e3779b9;

/** Of 32 bits, 32 others: each of them depends on all. */
function mixed(bits: number): number {
  let x = bits ^ (bits >>> 16);
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return x ^ (x >>> 16);
}

/** A key, made of whole numbers, such as a seed, an epoch and the row of a sample. Of 32 bits, with a sign. */
export const keyOf = (...words: readonly number[]): number =>
  words.reduce((key, word) => mixed((key + GOLDEN) ^ word), 0);

/** Draw n of a key: 32 bits, with a sign. */
export const drawOf = (key: number, n: number): number => mixed((key + Math.imul(n, GOLDEN)) | 0);

/** The draws of a key, one after another. */
export class CounterRandom {
  #next = 0;

  constructor(private readonly key: number) {}

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return (this.#draw() >>> 0) / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + this.uniform() * (high - low);
  }

  /** A whole number from 0 to `n - 1`. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A key of its own, for what is drawn elsewhere. */
  newKey(): number {
    return keyOf(this.#draw());
  }

  #draw(): number {
    return drawOf(this.key, this.#next++);
  }
}
