import type { Random, RandomSource } from './random.js';

/**
 * Chance that can be dealt again. A network with dropout is a function, and has a slope, only as long as it drops the
 * same numbers each time.
 */
export class Replay {
  /** What each stream has drawn since `start`, and how much of it was dealt again since `rewind`. */
  readonly #hands: { readonly drawn: unknown[]; next: number }[] = [];
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
    for (const hand of this.#hands) hand.drawn.length = 0;
  }

  #listenTo(random: Random): Random {
    const hand: { readonly drawn: unknown[]; next: number } = { drawn: [], next: 0 };
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
