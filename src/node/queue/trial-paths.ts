/** The paths of a pipeline file that is sent to other machines: it is seen from a data folder, which each has at its own place. */
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '../../core/errors.js';
import type { BaseFiles } from '../../core/pipeline-file/bases.js';
import { type LoadedPipeline, parsePipeline, resolverOf } from '../load-pipeline.js';
import { pluginsOf } from '../plugins.js';
import { pathInside } from './store.js';

/** A job holds all that its pipeline says. */
const noBases: BaseFiles = {
  pathFrom: (_, named) => named,
  read: () => Promise.reject(new PipelineError('a trial extends no other file')),
};

/**
 * The text of a pipeline with its paths as they are seen from the data folder.
 *
 * @throws PipelineError for a path that leads out of it.
 */
export async function sentPipeline(text: string, dataFolder: string, plugins: boolean): Promise<string> {
  const path = join(dataFolder, 'pipeline.yaml');
  const resolver = await resolverOf(await parsePipeline(path, { text, variables: {} }, noBases), plugins);
  const rebase = (named: string): string => {
    const way = pathInside(dataFolder, resolve(dataFolder, named));
    if (way !== undefined) return way;
    throw new PipelineError(
      `${named}: workers see files from their data folder, as this machine does from ${dataFolder}, and this one is not in it; ` +
        'give a folder that holds all of them: --data DIR',
    );
  };
  return resolver({ rebase }).resolved;
}

/** A pipeline names files, and the worker has no data folder. */
export class NoDataFolderError extends PipelineError {}

/**
 * A pipeline that was sent, with its paths in the data folder of this machine. It reads no variable of the environment, and no
 * other file.
 *
 * @throws PipelineError for a path that leads out of it, or plug-ins that it may not name.
 */
export async function receivedPipeline(
  text: string,
  dataFolder: string | undefined,
  plugins: boolean,
): Promise<LoadedPipeline> {
  const root = resolve(dataFolder ?? '');
  const path = join(root, 'pipeline.yaml');
  const inDataFolder = (named: string): string => {
    const found = resolve(dirname(path), named);
    if (pathInside(root, found) === undefined) {
      throw new PipelineError(`${named}: the trial names a file outside of the data folder of the worker`);
    }
    if (dataFolder !== undefined) return found;
    throw new NoDataFolderError(
      `the trial reads ${named}, and this worker has no data folder; start it with --data DIR`,
    );
  };
  const parsed = await parsePipeline(path, { text, variables: {} }, noBases);
  const named = pluginsOf(parsed);
  if (!plugins && named.length > 0) {
    throw new PipelineError(
      'the trial names plug-ins, and this worker refuses them; start workers with --allow-plugins',
    );
  }
  for (const { file } of named) inDataFolder(file);
  return (await resolverOf(parsed, plugins))({ rebase: inDataFolder });
}
