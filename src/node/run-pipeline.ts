/** `runPipeline` in Node: from a file or written in code, with Node's host and threads. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInStages } from '../built-in-stages.js';
import type { Host } from '../core/host.js';
import { buildPipeline, type Pipeline, type PipelineDefinition } from '../core/pipeline/pipeline.js';
import type { Overrides } from '../core/pipeline-file/pipeline-file.js';
import { type RunResult, type TrainOptions, train } from '../core/run/train.js';
import { createNodeHost, type NodeHostOptions } from './host.js';
import { buildLoaded, loadPipeline } from './load-pipeline.js';
import { threads } from './threads.js';

export interface RunPipelineOptions
  extends TrainOptions,
    Overrides,
    Pick<NodeHostOptions, 'dataFolder' | 'offline' | 'onDownload'> {
  /** What reads files and finds MNIST; Node's own by default. */
  readonly host?: Host;
}

/**
 * Trains a pipeline, from a file or written in code.
 *
 * @throws PipelineError, DataError or RunError, each with what to do; the signal's reason when it was aborted.
 */
export async function runPipeline(
  pipeline: string | URL | PipelineDefinition,
  options: RunPipelineOptions = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  return train(await build(pipeline, options), options);
}

async function build(pipeline: string | URL | PipelineDefinition, options: RunPipelineOptions): Promise<Pipeline> {
  const hostIn = (baseFolder: string): Host => options.host ?? createNodeHost({ ...options, baseFolder });
  if (typeof pipeline === 'string' || pipeline instanceof URL) {
    const path = typeof pipeline === 'string' ? pipeline : fileURLToPath(pipeline);
    return buildLoaded(await loadPipeline(path, options), { host: hostIn(dirname(path)) });
  }
  return buildPipeline(pipeline, { host: hostIn('.'), threads, registry: builtInStages });
}
