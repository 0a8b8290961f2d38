/** Back-pressure from one thread to another: what was sent and not yet taken is counted in memory that both share. */

/** A sender that is this far ahead waits... */
const HIGH_WATER_MARK = 256;

/** ...until no more than this is left: the two do not wake each other for every message. */
const LOW_WATER_MARK = 128;

/** A count that no sender climbs out of. */
const OPEN = -(2 ** 30);

/** One at each end, on the same memory. */
export class Backlog {
  constructor(readonly count: Int32Array = new Int32Array(new SharedArrayBuffer(4))) {}

  /** The sender's, after a message: blocks its thread while too many are not taken. */
  sent(): void {
    if (Atomics.add(this.count, 0, 1) < HIGH_WATER_MARK) return;
    let ahead = Atomics.load(this.count, 0);
    while (ahead > LOW_WATER_MARK) {
      Atomics.wait(this.count, 0, ahead);
      ahead = Atomics.load(this.count, 0);
    }
  }

  /** The receiver's, after each message that it is done with. */
  taken(): void {
    if (Atomics.sub(this.count, 0, 1) === LOW_WATER_MARK + 1) Atomics.notify(this.count, 0);
  }

  /** The receiver's: from now on the sender does not wait. */
  open(): void {
    Atomics.store(this.count, 0, OPEN);
    Atomics.notify(this.count, 0);
  }
}
