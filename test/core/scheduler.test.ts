import {
  concatMap,
  map,
  of,
  range,
  type SchedulerAction,
  type SchedulerLike,
  Subscription,
  take,
  tap,
  VirtualTimeScheduler,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paced, turnScheduler } from '../../src/core/scheduler.js';

/** Time that passes only when it is told to, and turns of the event loop that come only when asked for. */
class Machine implements SchedulerLike {
  time = 0;
  private waiting: (() => void)[] = [];

  now(): number {
    return this.time;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void): Subscription {
    const action = new Subscription() as SchedulerAction<T>;
    action.schedule = () => {
      this.waiting.push(() => {
        if (!action.closed) work.call(action);
      });
      return action;
    };
    return action.schedule();
  }

  get idle(): boolean {
    return this.waiting.length === 0;
  }

  turn(): void {
    for (const run of this.waiting.splice(0)) run();
  }
}

/** Counts on for ever, and notes what was asked for. */
function* counting(pulled: number[]): Generator<number> {
  for (let i = 1; ; i++) {
    pulled.push(i);
    yield i;
  }
}

const observer = (log: unknown[]) => ({
  next: (value: unknown) => log.push(value),
  error: (error: unknown) => log.push(error),
  complete: () => log.push('complete'),
});

describe('paced', () => {
  it('emits everything in order, at once', () => {
    const log: unknown[] = [];
    paced(['a', 'b', 'c'], new Machine()).subscribe(observer(log));
    expect(log).toEqual(['a', 'b', 'c', 'complete']);
  });

  it('lets any number of streams follow one another, once one of them took a turn', () => {
    const machine = new Machine();
    const log: unknown[] = [];
    range(1, 5000)
      .pipe(
        // the end of an epoch comes after that of its batches
        concatMap((number) => of(number).pipe(concatMap(() => paced([number], machine)))),
        tap((number) => {
          if (number === 1) machine.time += 100; // so the others wait for it, and then follow within one another's end
        }),
      )
      .subscribe(observer(log));
    while (!machine.idle) machine.turn();
    expect(log).toHaveLength(5001);
    expect(log.at(-1)).toBe('complete');
  });

  it('completes at once when there is nothing', () => {
    const log: unknown[] = [];
    paced([], new Machine()).subscribe(observer(log));
    expect(log).toEqual(['complete']);
  });

  it('pulls each item when the one before has been dealt with', () => {
    const log: string[] = [];
    function* items(): Generator<number> {
      for (const i of [1, 2, 3]) {
        log.push(`pull ${i}`);
        yield i;
      }
    }
    paced(items(), new Machine()).subscribe((i) => log.push(`work ${i}`));
    expect(log).toEqual(['pull 1', 'work 1', 'pull 2', 'work 2', 'pull 3', 'work 3']);
  });

  it('pulls no more of an endless source than are taken', () => {
    const pulled: number[] = [];
    const log: unknown[] = [];
    paced(counting(pulled), new Machine()).pipe(take(3)).subscribe(observer(log));
    expect(log).toEqual([1, 2, 3, 'complete']);
    expect(pulled).toEqual([1, 2, 3]);
  });

  it('begins anew for each subscriber', () => {
    const letters = paced(['a', 'b'], new Machine());
    const [first, second]: unknown[][] = [[], []];
    letters.subscribe(observer(first));
    letters.subscribe(observer(second));
    expect([first, second]).toEqual([
      ['a', 'b', 'complete'],
      ['a', 'b', 'complete'],
    ]);
  });

  it('gives the event loop a turn when its time is spent, and goes on where it was', () => {
    const machine = new Machine();
    const log: unknown[] = [];
    const twoMillisecondsEach = paced([1, 2, 3, 4, 5], machine).pipe(
      map((i) => {
        machine.time += 2;
        return i;
      }),
    );
    twoMillisecondsEach.subscribe(observer(log));
    expect(log.length).toBeLessThan(5);
    expect(log).toEqual([1, 2, 3]); // 6 ms are more than the budget of 5
    machine.turn();
    expect(log).toEqual([1, 2, 3, 4, 5, 'complete']);
    expect(machine.idle).toBe(true);
  });

  it('makes headway in every turn, however slow an item is', () => {
    const machine = new Machine();
    const log: unknown[] = [];
    paced(['a', 'b'], machine)
      .pipe(
        map((letter) => {
          machine.time += 1000;
          return letter;
        }),
      )
      .subscribe(observer(log));
    expect(log).toEqual(['a']);
    machine.turn();
    expect(log).toEqual(['a', 'b']);
    machine.turn();
    expect(log).toEqual(['a', 'b', 'complete']);
  });

  it('stops pulling when it is unsubscribed from between two turns', () => {
    const machine = new Machine();
    const pulled: number[] = [];
    const subscription = paced(counting(pulled), machine).subscribe(() => {
      machine.time += 10;
    });
    machine.turn();
    expect(pulled).toEqual([1, 2]);
    subscription.unsubscribe();
    machine.turn();
    expect(pulled).toEqual([1, 2]);
    expect(machine.idle).toBe(true);
  });

  it('stops pulling when it is unsubscribed from in the middle of a turn', () => {
    const machine = new Machine();
    const pulled: number[] = [];
    const subscription: Subscription = paced(counting(pulled), machine).subscribe((i) => {
      if (i === 1) machine.time += 10;
      if (i === 4) subscription.unsubscribe();
    });
    machine.turn();
    expect(pulled).toEqual([1, 2, 3, 4]);
    expect(machine.idle).toBe(true);
  });

  it('passes on what its items throw, and ends', () => {
    const machine = new Machine();
    const broken = new Error('broken');
    const log: unknown[] = [];
    function* items(): Generator<number> {
      yield 1;
      throw broken;
    }
    paced(items(), machine).subscribe(observer(log));
    expect(log).toEqual([1, broken]);
    expect(machine.idle).toBe(true);
  });

  it('passes on what its items throw in a later turn', () => {
    const machine = new Machine();
    const broken = new Error('broken');
    const log: unknown[] = [];
    function* items(): Generator<number> {
      machine.time += 10;
      yield 1;
      throw broken;
    }
    paced(items(), machine).subscribe(observer(log));
    expect(log).toEqual([1]);
    machine.turn();
    expect(log).toEqual([1, broken]);
    expect(machine.idle).toBe(true);
  });

  it('stops pulling when a stage after it throws', () => {
    const machine = new Machine();
    const broken = new Error('broken');
    const pulled: number[] = [];
    const log: unknown[] = [];
    paced(counting(pulled), machine)
      .pipe(
        map((i) => {
          if (i === 2) throw broken;
          return i;
        }),
      )
      .subscribe(observer(log));
    expect(log).toEqual([1, broken]);
    expect(pulled).toEqual([1, 2]);
    expect(machine.idle).toBe(true);
  });

  it('passes on that there is no iterator', () => {
    const log: unknown[] = [];
    const broken = new Error('no iterator');
    const items: Iterable<number> = {
      [Symbol.iterator]() {
        throw broken;
      },
    };
    paced(items, new Machine()).subscribe(observer(log));
    expect(log).toEqual([broken]);
  });

  it('runs on virtual time', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ expectObservable }) => {
      expectObservable(paced(['a', 'b', 'c'], new VirtualTimeScheduler())).toBe('(abc|)');
    });
  });
});

const nextImmediate = setImmediate;
const turnOfTheLoop = () => new Promise((resolve) => nextImmediate(resolve));

/** Node's way to a turn of the event loop, and a page's. */
describe.each(['setImmediate', 'MessageChannel'])('on the real event loop, by %s', (way) => {
  beforeEach(() => {
    if (way === 'MessageChannel') vi.stubGlobal('setImmediate', undefined);
  });
  afterEach(() => vi.unstubAllGlobals());

  it('lets timers and immediates run before a long stream ends', async () => {
    const log: string[] = [];
    const clock = vi.spyOn(turnScheduler, 'now').mockImplementation(() => log.length * 10); // every item is slow
    nextImmediate(() => log.push('immediate'));
    setTimeout(() => log.push('timer'), 0);
    // ends when both have run; where they never do, at 100,000, far beyond
    function* untilBothHaveRun(): Generator<number> {
      for (let i = 0; i < 100_000 && !(log.includes('immediate') && log.includes('timer')); i++) yield i;
    }
    await new Promise<void>((resolve) => {
      paced(untilBothHaveRun(), turnScheduler).subscribe({
        next: () => log.push('item'),
        complete: () => {
          log.push('complete');
          resolve();
        },
      });
    });
    clock.mockRestore();
    const order = log.filter((entry) => entry !== 'item');
    expect(order).toHaveLength(3);
    expect(order.at(-1)).toBe('complete');
  });

  it('stays silent to the event loop after it was unsubscribed from', async () => {
    const clock = vi.spyOn(turnScheduler, 'now').mockImplementation(() => performance.now() * 1e6);
    const pulled: number[] = [];
    const subscription = paced(counting(pulled), turnScheduler).subscribe();
    const before = pulled.length;
    subscription.unsubscribe();
    await turnOfTheLoop();
    await turnOfTheLoop();
    clock.mockRestore();
    expect(before).toBeGreaterThan(0);
    expect(pulled).toHaveLength(before);
  });
  it('works in a later turn, not now', async () => {
    const log: unknown[] = [];
    const worked = new Promise<void>((resolve) => {
      turnScheduler.schedule(
        (state) => {
          log.push(state);
          resolve();
        },
        0,
        'work',
      );
    });
    log.push('now');
    await Promise.resolve();
    log.push('promise');
    await worked;
    expect(log).toEqual(['now', 'promise', 'work']);
  });

  it('does not work when it was unsubscribed from before', async () => {
    const work = vi.fn();
    turnScheduler.schedule(work).unsubscribe();
    turnScheduler.schedule(work, 1).unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(work).not.toHaveBeenCalled();
  });

  it('keeps a delay: the shorter one first', async () => {
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      turnScheduler.schedule(() => {
        log.push('late');
        resolve();
      }, 20);
      turnScheduler.schedule(() => log.push('soon'), 1);
    });
    expect(log).toEqual(['soon', 'late']);
  });

  it('works again when the work asks for it, with the next state', async () => {
    const states = await new Promise<number[]>((resolve) => {
      const seen: number[] = [];
      turnScheduler.schedule<number>(
        function (state = 0) {
          seen.push(state);
          if (state < 3) this.schedule(state + 1);
          else resolve(seen);
        },
        0,
        1,
      );
    });
    expect(states).toEqual([1, 2, 3]);
  });

  it('works in the order in which it was asked to', async () => {
    const log: number[] = [];
    await new Promise<void>((resolve) => {
      for (const i of [1, 2, 3]) turnScheduler.schedule(() => log.push(i));
      turnScheduler.schedule(() => resolve());
    });
    expect(log).toEqual([1, 2, 3]);
  });

  it('has a clock that never goes back', () => {
    const before = turnScheduler.now();
    expect(turnScheduler.now()).toBeGreaterThanOrEqual(before);
  });
});
