/**
 * Commands in the process of the tests train as they do where no thread may start, to the same weights: the thread for it is
 * one of the built program, which would have to be loaded for each run.
 */
import { vi } from 'vitest';

vi.doMock('../../src/node/process-limits.js', async (original) => ({
  ...(await original<object>()),
  addressLimit: () => 0,
}));
