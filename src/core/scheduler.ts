/**
 * Time. A synchronous stream, a promise and RxJS's own asap and queue schedulers all keep Node from hearing Ctrl-C, and a
 * page from hearing anything, until the stream ends; the async scheduler costs over a millisecond an item. So: work until
 * the budget is spent, then let the event loop have its turn.
 */
import { Observable, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import { clock } from './clock.js';

/** Milliseconds of work between two turns of the event loop: with the step that overruns it, less than a screen frame. */
const BUDGET = 5;

/**
 * Runs work in the next turn of the event loop, after signals, timers and I/O had theirs. A page has no `setImmediate`; a
 * message to oneself does the same there, while a timer within timers waits 4 ms.
 */
const inNextTurn = (work: () => void): void => {
  if (clock.setImmediate !== undefined) clock.setImmediate(work);
  else sendToSelf(work);
};

/** Waits for the next turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise(inNextTurn);

/** Work that was sent; messages come in the order in which they were sent. */
const sent: (() => void)[] = [];
let postMessage: (() => void) | undefined;

function sendToSelf(work: () => void): void {
  if (postMessage === undefined) {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => sent.shift()?.());
    port1.start();
    postMessage = () => port2.postMessage(undefined);
  }
  sent.push(work);
  postMessage();
}

/**
 * Runs work in a later turn of the event loop, and again for as long as it asks for that.
 *
 * @param ready what each turn waits for; undefined where it need not wait. It lets what reads the results keep up.
 */
export const turnsWhenReady = (ready: () => Promise<void> | undefined): SchedulerLike => ({
  now: () => clock.now(),

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    const action = new Subscription() as SchedulerAction<T>;
    action.schedule = (nextState, nextDelay = 0) => {
      const run = () => {
        if (!action.closed) work.call(action, nextState);
      };
      const takeTurn = () => {
        if (nextDelay > 0) clock.setTimeout(run, nextDelay);
        else inNextTurn(run);
      };
      const wait = ready();
      if (wait === undefined) takeTurn();
      else void wait.then(takeTurn);
      return action;
    };
    return action.schedule(state, delay);
  },
});

export const turnScheduler: SchedulerLike = turnsWhenReady(() => undefined);

/** How many streams emit at this moment, one within another. */
let nested = 0;
/**
 * How many have begun within the outermost one. Epochs that `concatMap` joins begin within the end of the one before, each
 * deeper on the stack: so after a few, the next one waits for a turn, whose stack is empty.
 */
let begunWithin = 0;
const MOST_WITHIN = 10;

/**
 * Emits the items one by one, each pulled only when the one before has been dealt with downstream: that is the
 * back-pressure, and the reason why stages work synchronously. Every few milliseconds it gives the event loop a turn.
 *
 *     paced([a, b, c])    (abc|)
 */
export function paced<T>(items: Iterable<T>, scheduler: SchedulerLike): Observable<T> {
  return new Observable((subscriber) => {
    const iterator = items[Symbol.iterator]();
    subscriber.add(() => iterator.return?.()); // a generator's `finally`

    /** True when there is more to do after a turn of the event loop. */
    function emitUntilBudgetIsSpent(): boolean {
      const end = scheduler.now() + BUDGET;
      nested++;
      try {
        do {
          const { done, value } = iterator.next();
          if (done) {
            subscriber.complete();
            return false;
          }
          subscriber.next(value);
        } while (!subscriber.closed && scheduler.now() < end);
      } catch (error) {
        subscriber.error(error);
      } finally {
        nested--;
        if (nested === 0) begunWithin = 0;
      }
      return !subscriber.closed;
    }

    if (nested > 0) begunWithin++;
    if (begunWithin > MOST_WITHIN || emitUntilBudgetIsSpent()) {
      subscriber.add(
        scheduler.schedule(function (this: SchedulerAction<undefined>) {
          if (emitUntilBudgetIsSpent()) this.schedule();
        }),
      );
    }
  });
}
