/** Threads for the kernels: Web Workers, each with an instance of the module over the one memory. */
import type { ThreadPool } from '../core/pipeline/pipeline.js';

/** What a worker is sent when it starts. */
export interface KernelThreadTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly panel: number;
}

/** Web Workers to compute with, in a page that is cross-origin isolated. */
export const webWorkers: ThreadPool = {
  get available() {
    return navigator.hardwareConcurrency;
  },
  start(module, memory, panel) {
    // written like this, it is what bundlers look for to put that file beside theirs
    const worker = new Worker(new URL('./kernel-thread.js', import.meta.url), { type: 'module', name: 'marblenet' });
    // training goes on without it, to the same results
    worker.addEventListener('error', () => console.warn('marblenet: kernel-thread.js did not start: one thread less'));
    const task: KernelThreadTask = { module, memory, panel };
    worker.postMessage(task);
    return () => worker.terminate();
  },
};
