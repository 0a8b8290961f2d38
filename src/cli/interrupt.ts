/** Ctrl-C and its like: a run is asked to stop, and stops at its next batch. */
import { Exit } from './exit.js';

/** What a shell expects of a process that a signal ended: 128 and the signal's number. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The reason of a run that was asked to stop. */
export class Interrupted extends Exit {}

/** Aborts on the first signal; the second finds Node's own handler, and ends the process at once. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const [name, exitCode] of Object.entries(signals)) {
    process.once(name, () => controller.abort(new Interrupted(exitCode)));
  }
  return controller.signal;
}

/** From now on a signal ends the process at once: there is nothing left to stop. */
export function endOnSignals(): void {
  for (const name of Object.keys(signals)) process.removeAllListeners(name);
}
