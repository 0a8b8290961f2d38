/** Holds a trial from the queue against what a worker has and allows, and makes it a trial of this machine. */
import { join } from 'node:path';
import { MarblenetError } from '../../core/errors.js';
import { plainStage } from '../../core/stage-list.js';
import { openDataOf } from '../environment.js';
import type { LoadedPipeline } from '../load-pipeline.js';
import { readExamples } from '../read-examples.js';
import { checksumsOf, requireSameFiles } from '../run-environment.js';
import { files, isRunFolder } from '../run-folder.js';
import type { TrialTask } from '../sweep/engine.js';
import { version } from '../version.js';
import { replaceFileSync } from '../whole-file.js';
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

/** @throws UnfitWorkerError for a trial of another version. */
export function requireVersion(job: TrialJob): void {
  if (job.version === version()) return;
  throw new UnfitWorkerError(`the sweep is of marblenet ${job.version}, and this worker of ${version()}`, 2);
}

/**
 * @param folder of the trial's run, which need not be there
 * @throws UnfitWorkerError or DataError where the worker lacks what it needs; PipelineError where it is wrong, or not allowed.
 */
export async function prepareTrial(job: TrialJob, folder: string, allowed: Allowed): Promise<TrialTask> {
  const { pipeline, until, metric, oneThread } = job;
  const { dataFolder, plugins } = allowed;
  const offline = allowed.offline || job.offline;
  const loaded = await receivedPipeline(pipeline, dataFolder, plugins).catch((error) => {
    if (!(error instanceof NoDataFolderError)) throw error;
    throw new UnfitWorkerError(error.message, error.exitCode, { cause: error });
  });
  await requireData(loaded, job.data, { dataFolder, offline });
  // where another machine has begun it, its paths are those of that one
  if (await isRunFolder(folder)) replaceFileSync(join(folder, files.pipeline), loaded.resolved);
  return {
    trial: Number(job.key.split('/').at(-1)),
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
