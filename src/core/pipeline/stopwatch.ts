/** Whose time it is: every millisecond of work belongs to one owner, or to none. */
import { type MonoTypeOperatorFunction, Observable, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { clock } from '../clock.js';
import { takeUntilUnsubscribed } from '../take-until-unsubscribed.js';

/** What time is counted for. */
export interface Owner {
  milliseconds: number;
  /** When it last handed over. */
  rested: number;
}

export class Stopwatch {
  /** Undefined where the time is nobody's: between stages there are events, checkpoints, turns of the event loop. */
  current: Owner | undefined;
  #since = clock.now();

  /** From here on the time is another owner's; returns the one whose time it was. */
  switchTo(next: Owner | undefined): Owner | undefined {
    const before = this.current;
    const now = clock.now();
    if (before !== undefined) {
      before.milliseconds += now - this.#since;
      before.rested = now;
    }
    this.current = next;
    this.#since = now;
    return before;
  }

  /**
   * Emits what it is given; until that has been dealt with, downstream, the time is that of the owner which is named for the
   * value. Then it is that of the owner before.
   *
   * @param atEnd likewise for what the end sets off; left out, it stays with the owner before
   * @param rests who may wait from then on
   */
  during<T>(
    ownerOf: (value: T) => Owner | undefined,
    atEnd?: { readonly owner: Owner | undefined },
    rests?: Owner,
  ): MonoTypeOperatorFunction<T> {
    return (source) =>
      new Observable((subscriber) =>
        source.pipe(takeUntilUnsubscribed(subscriber)).subscribe({
          next: (value) => {
            const before = this.switchTo(ownerOf(value));
            subscriber.next(value);
            this.switchTo(before);
            if (rests !== undefined) rests.rested = clock.now();
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            const before = atEnd === undefined ? this.current : this.switchTo(atEnd.owner);
            subscriber.complete();
            this.switchTo(before);
          },
        }),
      );
  }

  /** A scheduler whose work belongs to the owner that asked for it. */
  scheduler(inner: SchedulerLike): SchedulerLike {
    return {
      now: () => inner.now(),
      schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) => {
        const { current } = this;
        const switchTo = (owner: Owner | undefined) => this.switchTo(owner);
        return inner.schedule(
          function (this: SchedulerAction<T>, given?: T): void {
            const before = switchTo(current);
            work.call(this, given);
            switchTo(before);
          },
          delay,
          state,
        );
      },
    };
  }
}
