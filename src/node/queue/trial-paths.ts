/** The paths of a pipeline file that is sent to other machines: it is seen from a data folder, which each has at its own place. */
import { dirname, join, resolve } from 'node:path';
import { DataError, PipelineError } from '../../core/errors.js';
import type { BaseFiles } from '../../core/pipeline-file/bases.js';
import { type LoadedPipeline, parsePipeline, resolverOf } from '../load-pipeline.js';
import { pluginsOf } from '../plugins.js';
import { pathInside } from './store.js';
import { UnfitWorkerError } from './unfit-worker.js';

/** A job holds all that its pipeline says. */
const noBases: BaseFiles = {
  pathFrom: (_, named) => named,
  read: () => Promise.reject(new PipelineError('a trial extends no other file')),
};

/**
 * The text of a pipeline with its paths as they are seen from the data folder, and these.
 *
 * @throws PipelineError for a path that leads out of it.
 */
export async function sentPipeline(
  text: string,
  dataFolder: string,
  plugins: boolean,
): Promise<{ readonly sent: string; readonly named: ReadonlySet<string> }> {
  const all = new Set<string>();
  const path = join(dataFolder, 'pipeline.yaml');
  const resolver = await resolverOf(await parsePipeline(path, { text, variables: {} }, noBases), plugins);
  const rebase = (named: string): string => {
    const way = pathInside(dataFolder, resolve(dataFolder, named));
    if (way !== undefined) {
      all.add(way);
      return way;
    }
    throw new PipelineError(
      `${named}: workers see files from their data folder, as this machine does from ${dataFolder}, and this one is not in it; ` +
        'give a folder that holds all of them: --data DIR',
    );
  };
  return { sent: resolver({ rebase }).resolved, named: all };
}

/**
 * A pipeline that was sent, with its paths on this machine: where files were found, or in its data folder. It reads no variable of the environment, and no
 * other file.
 *
 * @throws PipelineError for a path that leads out of it; UnfitWorkerError for plug-ins that it may not name; DataError where there is no
 * such folder.
 */
export async function receivedPipeline(
  text: string,
  dataFolder: string | undefined,
  plugins: boolean,
  located: ReadonlyMap<string, string> = new Map(),
): Promise<LoadedPipeline> {
  const root = resolve(dataFolder ?? '');
  const path = join(root, 'pipeline.yaml');
  const inDataFolder = (named: string): string => {
    const found = resolve(dirname(path), named);
    const way = pathInside(root, found);
    if (way === undefined) {
      throw new PipelineError(`${named}: the trial names a file outside of the data folder of the worker`);
    }
    const place = located.get(way) ?? (dataFolder && found);
    if (place !== undefined) return place;
    throw new DataError(named, 'the trial reads it, and this worker has no data folder; start it with --data DIR');
  };
  const parsed = await parsePipeline(path, { text, variables: {} }, noBases);
  const named = pluginsOf(parsed);
  if (!plugins && named.length > 0) {
    throw new UnfitWorkerError(
      'the trial names plug-ins, and this worker refuses them; start workers with --allow-plugins',
      2,
    );
  }
  for (const { file } of named) inDataFolder(file);
  const resolver = await resolverOf(parsed, plugins);
  const { resolved } = resolver({ rebase: inDataFolder });
  // read again, for what a file itself says stays as it was written
  return (await resolverOf(await parsePipeline(path, { text: resolved, variables: {} }, noBases), plugins))();
}
