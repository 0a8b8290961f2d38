import { RunError } from '../errors.js';

/** @throws RunError for a promise: what a stage does is done when it returns, or it reads what the next batch has overwritten. */
export function requireDone(returned: unknown, at: string, method: string): void {
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return;
  throw new RunError(`${at}: its ${method} gave a promise, but stages work synchronously`, { placed: true });
}
