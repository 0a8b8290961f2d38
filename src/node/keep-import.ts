/** An imported model that is kept as a run is, so that it is listed, evaluated and exported as one. */
import { join, resolve } from 'node:path';
import { RunError } from '../core/errors.js';
import { newRunId } from '../core/run/run-id.js';
import { environment } from './cache-folder.js';
import { checksumOfFile } from './checksum.js';
import type { DataOptions } from './environment.js';
import { importModel } from './import-model.js';
import type { LoadedPipeline } from './load-pipeline.js';
import type { SavableModel } from './model-file.js';
import { checksumsOf, type RunEnvironment, thisSession } from './run-environment.js';
import { createRunFolder, elsewhere, files, notKept } from './run-folder.js';
import { replaceFileSync } from './whole-file.js';

export interface KeepImportOptions extends DataOptions {
  /** The folder in which runs are kept. */
  readonly out: string;
  /** What was typed, for the record. */
  readonly command?: readonly string[];
}

/**
 * Reads weights as `importModel` does, and keeps the model in a folder as of a run: with the pipeline, and a record of
 * where the weights came from.
 *
 * @throws what `importModel` throws; RunError when the folder cannot be written.
 */
export async function keepImport(
  path: string,
  loaded: LoadedPipeline,
  { out, command, ...options }: KeepImportOptions,
): Promise<{ readonly model: SavableModel; readonly folder: string }> {
  const dataFiles = new Map<string, string | undefined>();
  const model = await importModel(path, loaded, {
    ...options,
    onRead: (file, sha256) => void dataFiles.set(file, sha256),
  });
  const dataFolder = options.dataFolder ?? environment('MARBLENET_DATA');
  const content: RunEnvironment = {
    ...(dataFolder !== undefined && { dataFolder: resolve(dataFolder) }),
    runId: newRunId(),
    offline: options.offline ?? false,
    everyStep: false,
    imported: { path: resolve(path), sha256: await checksumOfFile(path) },
    data: await checksumsOf(dataFiles),
    sessions: [thisSession(command)],
  };
  const folder = createRunFolder(out, model.name);
  try {
    replaceFileSync(join(folder, files.pipeline), loaded.resolved);
    await model.save(join(folder, files.model));
    replaceFileSync(join(folder, files.environment), `${JSON.stringify(content, undefined, 2)}\n`);
  } catch (error) {
    throw error instanceof RunError ? error : notKept('run', folder, error, elsewhere);
  }
  return { model, folder };
}
