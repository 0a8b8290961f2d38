/** Plug-ins run inside this process: one that ends it, or prints, must not pass for the program. */
import { Console } from 'node:console';
import { isMainThread } from 'node:worker_threads';
import { messageOf, RunError } from '../core/errors.js';
import { mayOpenTooFew } from './process-limits.js';

/** With what Node has and does not document. */
const inner = process as NodeJS.Process & { reallyExit: (code?: number) => never };
const { reallyExit } = inner;

/**
 * The program's own way to end its process: with this code, whatever a plug-in that listens for it would have.
 *
 * @param exit `process.exit`, as it was before it was guarded
 */
export function endProcess(exit: typeof process.exit, code: number): never {
  inner.reallyExit = reallyExit;
  process.removeAllListeners('exit');
  return exit.call(process, code);
}

/**
 * From now on `process.exit` is an error of whoever calls it, with the place that errors have there, and `console` writes to
 * standard error: standard output holds results. For a process of the program's own, never for one that only imports it.
 */
export function guardProcess(): void {
  const refuse = (code?: number | string | null): never => {
    throw new RunError(`it called process.exit(${code ?? ''}), which a plug-in may not`);
  };
  process.exit = refuse;
  if (isMainThread) inner.reallyExit = refuse; // what process.exit calls, and is public, too
  globalThis.console = new Console(process.stderr, process.stderr);
}

let stackWasFull = false;

/** To be called where an error was lost since the stack was full: it is what `nothingGoesOn` says. */
export function noteFullStack(): void {
  stackWasFull = true;
}

/** What is to be said where nothing is left to wait for, and the work is not done, and with which code it ends. */
export function nothingGoesOn(): { readonly message: string; readonly exitCode: 1 | 2 } {
  if (mayOpenTooFew()) {
    return { message: 'too many files are open to load the program: ulimit -n sets the limit', exitCode: 1 };
  }
  const message = stackWasFull
    ? 'the network is too deep for this command: each stage calls the next, and the stack holds no more calls; ' +
      'take some of the stages out, or out of one another'
    : 'nothing goes on, and the command has not ended: a plug-in waits for something that never comes';
  return { message, exitCode: 2 };
}

/** An error that nothing caught: of a timer, or of a promise that nothing waits for. */
export const strayError = (thrown: unknown): RunError =>
  new RunError(`an error outside of the pipeline, as in a timer or a promise of a plug-in: ${messageOf(thrown)}`, {
    cause: thrown,
  });
