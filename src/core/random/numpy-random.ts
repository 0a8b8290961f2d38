/**
 * NumPy's legacy random numbers: after the same seed, the draws of `np.random.seed(seed)`, in the same order.
 *
 *     np.random.seed(7); 0.01 * np.random.randn(784, 50); np.random.choice(60000, 100)
 *
 * NumPy has one generator for the whole program, so there is one stream here for the whole pipeline, and what is drawn
 * first decides what comes later: first the weights, layer by layer as the network is built, then the batches.
 *
 * Source: numpy/random, `RandomState`, which NumPy promises never to change: MT19937 seeded by `init_genrand`
 * (Matsumoto and Nishimura, 1998), and the ways below to make draws of its 32-bit numbers. All are the same to the bit,
 * but for 3 Gaussians in 100, which JavaScript's `Math.log` rounds otherwise than C's, by less than 5e-16 of their size.
 */
import { mersenne, mersenneFromState } from 'pure-rand/generator/mersenne';
import { polarPair, type RandomSource, randomOf } from './random.js';

/** NumPy's draws, number for number, after `np.random.seed(seed)`: one generator, which all streams share. */
export function numpyRandom(seed: number): RandomSource {
  let generator = mersenne(seed);
  const next32 = (): number => generator.next() >>> 0;

  /** `random_sample`: 27 bits of one number and 26 of the next. */
  const uniform = (): number => {
    const high = next32() >>> 5;
    const low = next32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };

  /** `randint`, `choice` and `shuffle`: the fewest bits that can hold the largest answer, until they are not above it. */
  const below = (n: number): number => {
    const largest = n - 1;
    if (largest === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(largest);
    for (;;) {
      const drawn = (next32() & mask) >>> 0;
      if (drawn <= largest) return drawn;
    }
  };

  /** `randn`: the polar method, the second of the pair first. */
  const normals = (): readonly [number, number] => {
    const [first, second] = polarPair(uniform);
    return [second, first];
  };

  const onlyOne = randomOf({
    uniform,
    below,
    normals,
    position: () => generator.getState(),
    moveTo: (position) => {
      generator = mersenneFromState(position);
    },
  });
  return { stream: () => onlyOne, state: onlyOne.state, restore: onlyOne.restore };
}
