/** Ctrl-C and its like: a run is asked to stop, and stops at its next batch. */
import { Exit } from './exit.js';

/** What a shell expects of a process that a signal ended: 128 and the signal's number. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The reason of a run that was asked to stop. */
export class Interrupted extends Exit {}

/** What a signal does, as long as there is something to stop. */
let stop: ((reason: Interrupted) => void) | undefined;

/**
 * Aborts on the first signal; the next one ends the process at once.
 *
 * @param beforeEnd what the next one does first, where the process would leave others behind
 */
export function abortOnSignals(beforeEnd?: () => void): AbortSignal {
  const controller = new AbortController();
  stop = (reason) => controller.abort(reason);
  for (const [name, exitCode] of Object.entries(signals)) {
    const hear = (): void => {
      // It is no longer listened to, so that the same signal again does what it does to any process.
      if (stop === undefined) {
        beforeEnd?.();
        process.kill(process.pid, name);
        return;
      }
      stop(new Interrupted(exitCode));
      stop = undefined;
      if (beforeEnd !== undefined) process.once(name, hear);
    };
    process.once(name, hear);
  }
  return controller.signal;
}

/**
 * From now on a signal ends the process at once: there is nothing left to stop. The listeners stay: a signal that has come,
 * but waits for its turn on this thread, would be lost with them.
 */
export function endOnSignals(): void {
  stop = undefined;
}
