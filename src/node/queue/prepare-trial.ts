/** Holds a trial from the queue against what a worker has and allows, and makes it a trial of this machine. */
import { dirname, join } from 'node:path';
import { DataError, MarblenetError } from '../../core/errors.js';
import { plainStage } from '../../core/stage-list.js';
import { openDataOf } from '../environment.js';
import type { LoadedPipeline } from '../load-pipeline.js';
import { readExamples } from '../read-examples.js';
import { checksumsOf, requireSameFiles } from '../run-environment.js';
import { files, isRunFolder } from '../run-folder.js';
import type { TrialTask } from '../sweep/engine.js';
import { isSweepFolder } from '../sweep/sweep-folder.js';
import { version } from '../version.js';
import { replaceFileSync } from '../whole-file.js';
import type { Store } from './store.js';
import type { TrialJob } from './trial-job.js';
import { NoDataFolderError, receivedPipeline } from './trial-paths.js';

/** A worker lacks what a trial needs; another may have it. */
export class UnfitWorkerError extends MarblenetError {}

/** What trials may do on a machine. */
export interface Allowed {
  /** Where the files of trials are; none may lie elsewhere. */
  readonly dataFolder: string | undefined;
  /** Whether trials may name plug-ins. */
  readonly plugins: boolean;
  /** Whether data are never downloaded. */
  readonly offline: boolean;
}

/** Data that were read, and found to be those of the sweep. */
const known = new Set<string>();

/** @throws UnfitWorkerError where the worker lacks what it needs; PipelineError where it is wrong, or not allowed. */
export async function prepareTrial(job: TrialJob, store: Store, allowed: Allowed): Promise<TrialTask> {
  const { pipeline, until, metric, oneThread } = job;
  const { dataFolder, plugins } = allowed;
  const folder = store.folderOf(job.folder);
  if (job.version !== version()) {
    throw new UnfitWorkerError(`the sweep is of marblenet ${job.version}, and this worker of ${version()}`, 2);
  }
  if (!(await isSweepFolder(dirname(folder)))) {
    throw new UnfitWorkerError(
      `${dirname(folder)}: there is no sweep; is this the store that the sweep writes into?`,
      3,
    );
  }
  const offline = allowed.offline || job.offline;
  const loaded = await receivedPipeline(pipeline, dataFolder, plugins).catch(lacking(NoDataFolderError));
  await requireData(loaded, job.data, { dataFolder, offline }).catch(lacking(DataError));
  // where another machine has begun it, its paths are those of that one
  if (await isRunFolder(folder)) replaceFileSync(join(folder, files.pipeline), loaded.resolved);
  return {
    trial: Number(job.folder.split('/').at(-1)),
    folder,
    pipeline: loaded.resolved,
    until,
    metric,
    oneThread,
    dataFolder,
    offline,
    plugins,
  };
}

const lacking =
  (kind: typeof NoDataFolderError | typeof DataError) =>
  (error: unknown): never => {
    if (!(error instanceof kind)) throw error;
    throw new UnfitWorkerError(error.message, error.exitCode, { cause: error });
  };

/**
 * Reads the data once, before the first trial on them: they are decoded, and kept in the cache, and seen to be those of the sweep.
 *
 * @throws DataError where they are not there, or are others.
 */
async function requireData(
  loaded: LoadedPipeline,
  sha256: readonly string[],
  { dataFolder, offline }: Pick<Allowed, 'dataFolder' | 'offline'>,
): Promise<void> {
  const key = JSON.stringify([sha256, loaded.definition.data.map(plainStage)]);
  if (known.has(key)) return;
  const read = new Map<string, string | undefined>();
  const onRead = (file: string, checksum?: string): void => void read.set(file, checksum);
  const options = { offline, onRead, ...(dataFolder !== undefined && { dataFolder }) };
  await readExamples(await openDataOf(loaded, options));
  const before = sha256.map((each) => ({ path: '', sha256: each }));
  requireSameFiles(await checksumsOf(read), before, 'data files');
  known.add(key);
}
