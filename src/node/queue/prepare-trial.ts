/** Holds a trial from the queue against what a worker has and allows, and makes it a trial of this machine. */
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { MarblenetError, PipelineError } from '../../core/errors.js';
import { plainStage } from '../../core/stage-list.js';
import { openDataOf } from '../environment.js';
import type { LoadedPipeline } from '../load-pipeline.js';
import { readExamples } from '../read-examples.js';
import { checksumsOf, requireSameFiles } from '../run-environment.js';
import { files, isRunFolder } from '../run-folder.js';
import type { TrialTask } from '../sweep/engine.js';
import { version } from '../version.js';
import { replaceFileSync } from '../whole-file.js';
import { locateFiles, sentOf } from './data-files.js';
import type { Objects } from './objects.js';
import type { TrialJob } from './trial-job.js';
import { receivedPipeline } from './trial-paths.js';

/** A trial of another version of marblenet: this worker can take none of its sweep. */
export class OtherVersionError extends MarblenetError {}

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

const versioned = z.looseObject({ version: z.string() });

/**
 * What is wrong with a trial of another version of marblenet; undefined for one of this version.
 *
 * @param data of a job, whatever it holds: another version may say other things in it
 */
export function otherVersion(data: unknown): OtherVersionError | undefined {
  const named = versioned.safeParse(data).data?.version;
  if (named === undefined || named === version()) return undefined;
  return new OtherVersionError(`the sweep is of marblenet ${named}, and this worker of ${version()}`, 2);
}

/**
 * @param folder of the trial's run, which need not be there
 * @param objects of the store, which has data files that the worker may lack
 * @throws UnfitWorkerError, DataError or RunError where the worker lacks what it needs, or does not allow it; PipelineError where it is
 * wrong.
 */
export async function prepareTrial(
  job: TrialJob,
  folder: string,
  objects: Objects,
  allowed: Allowed,
): Promise<TrialTask> {
  const { pipeline, until, metric, oneThread } = job;
  const { dataFolder, plugins } = allowed;
  const offline = allowed.offline || job.offline;
  const located = await locateFiles(objects, sentOf(job.data), dataFolder);
  const loaded = await receivedPipeline(pipeline, dataFolder, plugins, located);
  requireOwnPictures(loaded, located, dataFolder);
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

/** @throws PipelineError where a table of pictures is from the store: it names files, which may be any of this machine. */
function requireOwnPictures(
  { definition }: LoadedPipeline,
  located: ReadonlyMap<string, string>,
  dataFolder: string | undefined,
): void {
  const tables = definition.data
    .map(plainStage)
    .filter(({ name }) => name === 'images')
    .flatMap(({ options }) => [options.train, options.test]);
  for (const [path, place] of located) {
    if (!tables.includes(place) || (dataFolder !== undefined && place === resolve(dataFolder, path))) continue;
    throw new PipelineError(
      `${path}: a table of pictures is never taken from the store; give workers it, and them: --data DIR`,
    );
  }
}

/**
 * Reads the data once, before the first trial on them: they are decoded, and kept in the cache, and seen to be those of the sweep.
 *
 * @throws DataError where they are not there, or are others.
 */
async function requireData(
  loaded: LoadedPipeline,
  data: TrialJob['data'],
  { dataFolder, offline }: Pick<Allowed, 'dataFolder' | 'offline'>,
): Promise<void> {
  const key = JSON.stringify([data, loaded.definition.data.map(plainStage)]);
  if (known.has(key)) return;
  const read = new Map<string, string | undefined>();
  const onRead = (file: string, checksum?: string): void => void read.set(file, checksum);
  const options = { offline, onRead, ...(dataFolder !== undefined && { dataFolder }) };
  await readExamples(await openDataOf(loaded, options));
  const before = data.map(({ sha256 }) => ({ path: '', sha256 }));
  requireSameFiles(await checksumsOf(read), before, 'data files');
  known.add(key);
}
