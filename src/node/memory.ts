import { totalmem } from 'node:os';

/** How many bytes this process may have: those of the machine, or of its container. */
export const memoryOfMachine = (): number =>
  Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
