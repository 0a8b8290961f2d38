/** Threads for the kernels: worker threads of Node, each with an instance of the module over the one memory. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ThreadPool } from '../core/pipeline/pipeline.js';

/** All that such a thread does. As text, so that it needs no file of its own, wherever this one was bundled to. */
const HELP = `
const { module, memory, panel } = require('node:worker_threads').workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory, log: Math.log } });
exports.setPanel(panel);
exports.runWorker();
`;

export const threads: ThreadPool = {
  available: availableParallelism(),
  start(module, memory, panel) {
    // without what this process may have been told to load at its start
    const worker = new Worker(HELP, { eval: true, execArgv: [], workerData: { module, memory, panel } });
    // training goes on without it, to the same results
    worker.on('error', ({ message }) => process.emitWarning(`a thread did not start, one less computes: ${message}`));
    worker.unref(); // it waits for work for as long as it lives, and must not keep the process alive
    return () => void worker.terminate();
  },
};
