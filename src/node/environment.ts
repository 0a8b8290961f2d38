import { dirname } from 'node:path';
import type { Host } from '../core/host.js';
import { decodeWeights } from '../core/model/load-model.js';
import { type BegunWith, requireInitialWeights } from '../core/pipeline/initial-weights.js';
import {
  type Environment,
  type Outline,
  openData,
  openPipeline,
  openSources,
  outlinePipeline,
  type Pipeline,
} from '../core/pipeline/pipeline.js';
import { type OptionTypes, optionTypes } from '../core/run/known-options.js';
import { createNodeHost, type NodeHostOptions } from './host.js';
import type { LoadedPipeline } from './load-pipeline.js';
import { memoryOfMachine } from './memory.js';
import { builtIn } from './plugins.js';
import { threads } from './threads.js';

/** Where the data of a pipeline may come from. */
export interface DataOptions extends Pick<NodeHostOptions, 'dataFolder' | 'offline' | 'onDownload'> {
  /** What reads files and downloads; Node's own by default. */
  readonly host?: Host;
}

export const dataOptions: OptionTypes<DataOptions> = {
  dataFolder: optionTypes.path,
  offline: optionTypes.flag,
  onDownload: optionTypes.call,
  host: optionTypes.host,
};

/**
 * What a pipeline is built in on this machine: the one place that makes a host. Paths of a file are seen from its folder,
 * those of a definition in code from the working directory.
 */
export const environmentOf = (
  loaded: LoadedPipeline | undefined,
  options: DataOptions & Pick<NodeHostOptions, 'onRead'> = {},
): Environment => ({
  host: options.host ?? createNodeHost({ ...options, baseFolder: dirname(loaded?.path ?? '') }),
  threads,
  decodeWeights,
  memory: memoryOfMachine(),
  registry: (loaded?.catalogue ?? builtIn).registry,
  ...(loaded && { locate: loaded.locate }),
});

/** Checks and builds a loaded file; its data are opened where something has to be known that the file does not say. */
export const openLoaded = (
  loaded: LoadedPipeline,
  options?: DataOptions & Pick<NodeHostOptions, 'onRead'>,
  changes: Partial<Environment> = {},
): Promise<Pipeline> => openPipeline(loaded.definition, { ...environmentOf(loaded, options), ...changes });

/** For what shows a pipeline, and how much memory it takes, wherever it may run. */
export const anyMemory: Partial<Environment> = { memory: undefined };

/** Checks a loaded file as far as that can be done before its data are opened; nothing is allocated. */
export const outlineLoaded = (loaded: LoadedPipeline, changes: Partial<Environment> = {}): Outline =>
  outlinePipeline(loaded.definition, { ...environmentOf(loaded), ...changes });

/** Looks whether the weights that a loaded file begins with are there, and fit; and says of which network they are. */
export const requireWeights = (loaded: LoadedPipeline, outline: Outline): Promise<BegunWith | undefined> =>
  requireInitialWeights(outline, loaded.definition, environmentOf(loaded));

/** The same once they are, where that is needed. */
export async function outlineOpened(
  loaded: LoadedPipeline,
  options: DataOptions,
  changes: Partial<Environment> = {},
): Promise<Outline> {
  const environment = { ...environmentOf(loaded, options), ...changes };
  return outlinePipeline(await openSources(loaded.definition, environment), environment);
}

/** What reads the data of a loaded file, whether or not its network fits them. */
export const openDataOf = (
  loaded: LoadedPipeline,
  options: DataOptions & Pick<NodeHostOptions, 'onRead'>,
): ReturnType<typeof openData> => openData(loaded.definition, environmentOf(loaded, options));
