import type { Random, RandomSource } from './random.js';

/** What a stream has drawn since `start`, and how much of it was dealt again since `rewind`. */
interface Hand {
  drawn: unknown[];
  next: number;
}

/**
 * Chance that can be dealt again. A network with dropout is a function, and has a slope, only as long as it drops the
 * same numbers each time.
 */
export class Replay {
  readonly #hands: Hand[] = [];
  #started = false;

  /** The same streams, listened to. */
  over(source: RandomSource): RandomSource {
    return { ...source, stream: (name) => this.#listenTo(source.stream(name)) };
  }

  /** From here on, draws are remembered. */
  start(): void {
    this.#started = true;
  }

  /** From here on, the remembered draws come again. */
  rewind(): void {
    for (const hand of this.#hands) hand.next = 0;
  }

  /** From here on, draws are new, and remembered in place of the former ones: those of another batch are others. */
  forget(): void {
    for (const hand of this.#hands) hand.drawn = [];
  }

  /** Work with draws of its own: those that were remembered before come again after it. */
  aside(work: () => void): void {
    const kept = this.#hands.map(({ drawn }) => drawn);
    this.forget();
    work();
    for (const [i, hand] of this.#hands.entries()) hand.drawn = kept[i];
  }

  #listenTo(random: Random): Random {
    const hand: Hand = { drawn: [], next: 0 };
    this.#hands.push(hand);
    const dealt = <Args extends readonly number[], T>(draw: (...args: Args) => T) => {
      return (...args: Args): T => {
        if (!this.#started) return draw(...args);
        if (hand.next === hand.drawn.length) hand.drawn.push(draw(...args));
        return hand.drawn[hand.next++] as T;
      };
    };
    return {
      uniform: dealt(() => random.uniform()),
      normal: dealt(() => random.normal()),
      permutation: dealt((n) => random.permutation(n)),
      choice: dealt((n, size) => random.choice(n, size)),
    };
  }
}
