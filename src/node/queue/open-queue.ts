/** A queue for what is made of one file: the trials of a sweep, or the members of a committee. */
import type { LoadedPipeline } from '../load-pipeline.js';
import type { CheckedFiles } from '../run-environment.js';
import type { Engine } from '../sweep/engine.js';
import { untilAborted } from '../until-aborted.js';
import { filesToSend, sendFiles, sentOf } from './data-files.js';
import { queueEngine } from './queue-engine.js';
import type { Store } from './store.js';
import { sentPipeline } from './trial-paths.js';

/** Where workers of other machines take trials from, and the store in which they are kept. */
export interface QueueChoice {
  /** `redis://host:6379` */
  readonly url: string;
  readonly store: Store;
  /** Whether workers that lack data files get them through the store. Default true. */
  readonly sendData?: boolean;
}

export interface QueuedWork {
  readonly base: LoadedPipeline;
  /** What it is called in a store that does not have its folder: nothing else has this name. */
  readonly name: string;
  /** How many are in the queue at a time; undefined for as many as there are workers. */
  readonly capacity: number | undefined;
  /** The folder from which workers see the files of the base. */
  readonly dataFolder: string;
  /** The data files of the base, which workers get where they lack them. */
  readonly read: CheckedFiles;
  readonly plugins: boolean;
  readonly signal: AbortSignal;
  /** Is told of problems that are waited to be over: of the connection, and of workers. */
  readonly onProblem: (problem: string) => void;
}

/** @throws PipelineError for a file outside of the folder, or RunError where the queue, or the store, is out of reach. */
export async function openQueue(
  { sendData = true, ...server }: QueueChoice,
  { base, name, capacity, dataFolder, read, plugins, signal, onProblem }: QueuedWork,
): Promise<Engine> {
  const { named } = await sentPipeline(base.resolved, dataFolder, plugins);
  const data = filesToSend(read, sendData ? named : new Set(), dataFolder);
  const engine = await queueEngine({ ...server, sweep: name, capacity, dataFolder, data, onProblem });
  try {
    await untilAborted(signal, sendFiles(server.store.objects, dataFolder, sentOf(data)));
    return engine;
  } catch (error) {
    engine.close();
    throw error;
  }
}
