import type { Origin } from '../core/host.js';

/** Where nothing listens, this says that other data took the place of those that were asked for. */
export function warnOfStandIn({ fallbackFor, source, reason }: Origin): void {
  if (fallbackFor === undefined) return;
  const problem = `${fallbackFor} could not be had, and ${source} took its place: ${reason}`;
  process.emitWarning(`${problem}; dataFolder names a folder that has it`, { type: 'MarblenetWarning' });
}
