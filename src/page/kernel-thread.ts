/**
 * All that a thread of the kernels does. A file of its own, and one that imports nothing: a Content-Security-Policy lets a
 * page start its own files, and a page without a bundler copies this one beside its script.
 */
import type { KernelThreadTask } from './web-workers.js';

addEventListener<KernelThreadTask>('message', ({ data: { module, memory, panel } }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, log: Math.log } });
  const { setPanel, runWorker } = exports as { setPanel(pointer: number): void; runWorker(): never };
  setPanel(panel);
  runWorker();
});
