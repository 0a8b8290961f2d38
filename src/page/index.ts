/**
 * marblenet in a page: what bundlers find as `marblenet`, and `marblenet/page` by name. All of the portable part, and
 * what a page has in place of Node's files and worker threads.
 *
 * @module marblenet/page
 */

export { decodeWeights } from '../core/model/load-model.js';
export * from '../portable.js';
export { type FilesHostOptions, filesHost } from './files-host.js';
export { type LoadModelOptions, loadModel } from './load-model.js';
export { type RunPipelineOptions, runPipeline } from './run-pipeline.js';
export { webWorkers } from './web-workers.js';
