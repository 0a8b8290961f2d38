import type { CounterRandom } from '../random/counter-random.js';

/** How often a draw that falls outside is made again. */
const TRIES = 100;

/**
 * A density on an interval: the mean of Gaussians, one around each value that was seen, as wide as its farther neighbour is away,
 * and a wide one around the middle, so that no place is ever out of the question. What of them lies outside is cut off.
 *
 * Source: Bergstra et al. (2011), section 4.2.
 */
export class Parzen {
  readonly #centres: readonly number[];
  readonly #widths: readonly number[];
  /** How much of each Gaussian lies inside. */
  readonly #inside: readonly number[];

  constructor(
    seen: readonly number[],
    private readonly low: number,
    private readonly high: number,
  ) {
    const width = high - low;
    const middle = low + width / 2;
    const narrowest = width / Math.min(100, seen.length + 1);
    const sorted = seen.toSorted((a, b) => a - b);
    this.#centres = [middle, ...sorted];
    this.#widths = [
      width,
      ...sorted.map((at, i) => {
        const gaps = [sorted[i - 1], sorted[i + 1]].flatMap((other) =>
          other === undefined ? [] : Math.abs(at - other),
        );
        return gaps.length === 0 ? width / 2 : Math.max(narrowest, ...gaps);
      }),
    ];
    this.#inside = this.#centres.map(
      (at, i) => cumulative((high - at) / this.#widths[i]) - cumulative((low - at) / this.#widths[i]),
    );
  }

  draw(random: CounterRandom): number {
    const i = random.below(this.#centres.length);
    for (let tries = 0; tries < TRIES; tries++) {
      const at = this.#centres[i] + this.#widths[i] * gaussian(random);
      if (at >= this.low && at <= this.high) return at;
    }
    return random.between(this.low, this.high);
  }

  logDensity(at: number): number {
    const sum = this.#centres.reduce((total, centre, i) => {
      const z = (at - centre) / this.#widths[i];
      return total + Math.exp(-0.5 * z * z) / (this.#widths[i] * this.#inside[i]);
    }, 0);
    return Math.log(sum / this.#centres.length);
  }
}

/** Box and Muller: two uniform draws give a Gaussian one. */
const gaussian = (random: CounterRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

/** The normal distribution function, to 1e-7: Abramowitz and Stegun, 26.2.17. */
function cumulative(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    Math.exp(-0.5 * z * z) *
    0.3989422804014327 *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}
