/** What predicts, from where it is kept: one model, or a committee. */
import { join } from 'node:path';
import { DataError, messageOf } from '../core/errors.js';
import { type Committee, committeeOf } from '../core/model/committee.js';
import type { Registry } from '../core/pipeline/registry.js';
import { optionTypes, requireKnownOptions } from '../core/run/known-options.js';
import { digestOf } from '../core/run/weights-digest.js';
import { isCommitteeFolder, type TrainedMember, trainedMembers } from './committee/committee-folder.js';
import { requirePath } from './given-path.js';
import { type LoadModelOptions, loadModel, type SavableModel } from './model-file.js';
import { builtIn } from './plugins.js';
import { files } from './run-folder.js';

/**
 * Reads what `loadModel` reads, or the committee that `pipeline committee` has trained: `runs/relu/committee-1`.
 * `isCommittee` says which of the two it is.
 *
 * @throws what `loadModel` throws; DataError when members of a committee are not trained yet, are gone or have other weights
 * than when it was trained.
 */
export async function loadPredictor(
  source: string | URL | Uint8Array,
  options: LoadModelOptions = {},
): Promise<SavableModel | Committee> {
  if (source instanceof Uint8Array) return loadModel(source, options);
  const path = requirePath(source, 'loadPredictor: the model');
  if (!(await isCommitteeFolder(path))) return loadModel(path, options);
  requireKnownOptions(options, { registry: optionTypes.registry }, 'loadPredictor');
  return loadCommittee(path, await trainedMembers(path), options.registry);
}

/** @throws as `loadPredictor` */
export async function loadCommittee(
  folder: string,
  trained: readonly TrainedMember[],
  registry = builtIn.registry,
): Promise<Committee> {
  const members: SavableModel[] = [];
  for (const member of trained) members.push(await loadMember(folder, member, registry));
  try {
    return committeeOf(members);
  } catch (error) {
    throw new DataError(folder, messageOf(error), { cause: error });
  }
}

async function loadMember(folder: string, { run, weights }: TrainedMember, registry: Registry): Promise<SavableModel> {
  const model = await loadModel(join(run, files.model), { registry });
  if ((await digestOf(model.parameters)) === weights) return model;
  throw new DataError(
    run,
    `its weights are others than when ${folder} was trained (by their SHA-256): it was trained on, or put there later; ` +
      'train a committee anew',
  );
}
