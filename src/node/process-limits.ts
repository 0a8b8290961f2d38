/** What `ulimit` sets, on Linux. */
import { readFileSync } from 'node:fs';
import { codeOf } from './system-error.js';

/** How many bytes of addresses this process may have, as `ulimit -v` sets it; Infinity where nothing is said. */
export function addressLimit(): number {
  try {
    return limitCalled('Max address space');
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Fewer files than that, and Node may wait for ever for a module that it could not open. */
const FEWEST_FILES = 64;

/** Whether this process may open so few files, by `ulimit -n`, that a module may not have been loaded. */
export function mayOpenTooFew(): boolean {
  try {
    return limitCalled('Max open files') < FEWEST_FILES;
  } catch (error) {
    return codeOf(error) === 'EMFILE';
  }
}

function limitCalled(name: string): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  const [, limit] = new RegExp(`^${name} +(\\d+)`, 'm').exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
}
