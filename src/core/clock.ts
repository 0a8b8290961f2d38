/**
 * Timers and the time as they are when this file is loaded. A test tool puts others in their place (`vi.useFakeTimers()`,
 * `jest.useFakeTimers()`): it means the code under test, and training would wait for it for ever.
 */
const { setTimeout, clearTimeout, setImmediate } = globalThis;

export const clock = {
  /** Milliseconds since some moment, which never go back. */
  now: performance.now.bind(performance),
  // a page's timers are called by the window or the worker alone
  setTimeout: setTimeout.bind(globalThis),
  clearTimeout: clearTimeout.bind(globalThis),
  /** Runs work in the next turn of the event loop; undefined in a page. */
  setImmediate: setImmediate as typeof setImmediate | undefined,
};
