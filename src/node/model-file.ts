/** Models on disk. */
import { DataError, RunError } from '../core/errors.js';
import { requireModel } from '../core/files/file-signature.js';
import { decodeModel } from '../core/model/load-model.js';
import type { Model } from '../core/model/model.js';
import type { Registry } from '../core/pipeline/registry.js';
import { optionTypes, requireKnownOptions } from '../core/run/known-options.js';
import { isCommitteeFolder } from './committee/committee-folder.js';
import { requirePath } from './given-path.js';
import { builtIn } from './plugins.js';
import { readRegularFile } from './regular-file.js';
import { modelPathOf } from './run-of-model.js';
import { reasonOf } from './system-error.js';
import { writeWholeFile } from './whole-file.js';

/** A model that can be written to a file. */
export interface SavableModel extends Model {
  /**
   * Writes `encode()` to a file, which is whole or not there at all.
   *
   * @throws RunError when it cannot be written.
   */
  save(path: string): Promise<void>;
}

/** What a model that is read may be made of. */
export interface LoadModelOptions {
  /** The stages that its network may be made of: `joinRegistries(builtInStages, registryOf({ swish }))`. */
  readonly registry?: Registry;
}

/**
 * Reads what `save` wrote: from a file, the folder of a run (`runs/relu/3`, or `runs/relu` for
 * the newest that is complete), or its bytes. No code in it is run: there is none.
 *
 * @throws DataError when there is no model, or it is damaged; PipelineError for what is neither a path nor bytes.
 */
export async function loadModel(
  source: string | URL | Uint8Array,
  options: LoadModelOptions = {},
): Promise<SavableModel> {
  requireKnownOptions(options, { registry: optionTypes.registry }, 'loadModel');
  const { registry = builtIn.registry } = options;
  if (source instanceof Uint8Array) return savable(await decodeModel(source, registry));
  const given = requirePath(source, 'loadModel: the model');
  if (await isCommitteeFolder(given)) {
    throw new DataError(given, 'found a committee, expected one model; loadPredictor reads committees, too');
  }
  const path = await modelPathOf(given);
  return savable(await decodeModel(await modelBytes(path), registry, path));
}

export const savable = (model: Model): SavableModel => ({
  ...model,
  async save(given) {
    const path = requirePath(given, 'save: the file');
    try {
      await writeWholeFile(path, await model.encode());
    } catch (error) {
      throw new RunError(`${path}: the model cannot be written: ${reasonOf(error)}`, { cause: error });
    }
  },
});

/**
 * The bytes of what should be a model.
 *
 * @throws DataError when it cannot be read, or is a file of another kind.
 */
export async function modelBytes(path: string): Promise<Uint8Array> {
  const bytes = await readRegularFile(path).catch((error) => {
    throw new DataError(path, `expected a model: ${reasonOf(error)}`, { cause: error });
  });
  requireModel(path, bytes);
  return bytes;
}
