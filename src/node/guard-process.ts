/** Plug-ins run inside this process: one that ends it, or prints, must not pass for the program. */
import { Console } from 'node:console';
import { messageOf, RunError } from '../core/errors.js';

/**
 * From now on `process.exit` is an error of whoever calls it, with the place that errors have there, and `console` writes to
 * standard error: standard output holds results. For a process of the program's own, never for one that only imports it.
 */
export function guardProcess(): void {
  process.exit = (code) => {
    throw new RunError(`it called process.exit(${code ?? ''}), which a plug-in may not`);
  };
  globalThis.console = new Console(process.stderr, process.stderr);
}

/** An error that nothing caught: of a timer, or of a promise that nothing waits for. */
export const strayError = (thrown: unknown): RunError =>
  new RunError(`an error outside of the pipeline, as in a timer or a promise of a plug-in: ${messageOf(thrown)}`, {
    cause: thrown,
  });
