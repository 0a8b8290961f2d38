/** Back-pressure from one thread to another: the receiver says how many messages it has taken, and a sender far ahead waits. */

/** A sender that is this far ahead waits... */
const HIGH_WATER_MARK = 256;

/** ...until no more than this is left. */
const LOW_WATER_MARK = 128;

/** How many messages the receiver takes before it says so: one word for each would cost as much as they do. */
export const TAKEN_AT_ONCE = 64;

/** What was sent and not yet taken, at the sender's end. */
export class Backlog {
  #ahead = 0;
  #room: Promise<void> | undefined;
  #makeRoom = () => {};

  /** After a message: resolves when there is room for the next one; undefined while there is. */
  sent(): Promise<void> | undefined {
    if (++this.#ahead >= HIGH_WATER_MARK) {
      this.#room ??= new Promise((resolve) => {
        this.#makeRoom = resolve;
      });
    }
    return this.#room;
  }

  /** The receiver has taken so many more. */
  taken(count: number): void {
    this.#ahead -= count;
    if (this.#ahead > LOW_WATER_MARK) return;
    this.#room = undefined;
    this.#makeRoom();
  }
}
