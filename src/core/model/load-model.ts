/** From the bytes of a file back to a model. */
import type { AnyStage } from '../contract.js';
import { DataError, messageOf } from '../errors.js';
import { shapeOfForm } from '../picture-form.js';
import type { SavedWeights } from '../pipeline/initial-weights.js';
import { buildNetwork, outlineNetwork } from '../pipeline/network-alone.js';
import { type Registry, stageCalled } from '../pipeline/registry.js';
import { mapStages, namesByPlace, type PlainStage, plainStageSchema } from '../stage-list.js';
import { isTensor, requireFiniteState, restoreWhole, type StateDict } from '../state.js';
import { widthOf } from '../tables/columns.js';
import { formatShape, sameShape, sizeOf } from '../tensor.js';
import { batchesOf, descriptionSchema, isOfForm, type ModelDescription } from './description.js';
import { createModel, type Model } from './model.js';
import { requirePreprocessing } from './preprocessing-check.js';
import { unseal } from './sealed-file.js';

/** How many samples go through the network at a time. */
const ROWS = 100;

/**
 * Reads a model. No code of the file is run, since there is none; stages are looked up by their names.
 *
 * @param registry the stages that the network may be made of.
 * @param path the file's name, for the messages.
 * @throws DataError when this is no model, is damaged, or says one thing and holds another.
 */
export async function decodeModel(bytes: Uint8Array, registry: Registry, path = 'the model'): Promise<Model> {
  const { description, state } = await modelContents(bytes, path);
  const stages = stagesOf(description, registry, path);
  const input = batchesOf(description, ROWS);
  try {
    // first without numbers: what is too large, or is not there, is refused before memory is taken for it
    requireParameters(outlineNetwork(stages, input, description.dtype).parameters, state);
    const network = buildNetwork(stages, input, description.dtype);
    requireFiniteState(state);
    restoreWhole(network.state, state);
    requirePreprocessing(description, sizeOf(network.output.shape));
    requireColumns(description);
    requirePictures(description);
    return createModel(description, network);
  } catch (error) {
    throw new DataError(path, messageOf(error), { cause: error });
  }
}

/** @throws RangeError when the columns of a table are other samples than the network takes. */
function requireColumns({ columns, input: { shape } }: ModelDescription): void {
  if (columns === undefined || widthOf(columns) === sizeOf(shape)) return;
  throw new RangeError(`its columns become ${widthOf(columns)} numbers, but the network takes ${formatShape(shape)}`);
}

/** @throws RangeError when pictures become other samples than the network takes. */
function requirePictures({ pictures, input: { shape } }: ModelDescription): void {
  if (pictures === undefined || isOfForm(shape, pictures)) return;
  const found = formatShape(shapeOfForm(pictures));
  throw new RangeError(`its pictures become ${found}, but the network takes ${formatShape(shape)}`);
}

/** What the network of a model's file had learned, and the names of its stages. */
export async function decodeWeights(bytes: Uint8Array, path: string): Promise<SavedWeights> {
  const { description, state } = await modelContents(bytes, path);
  requireFiniteState(state);
  return { state, network: namesByPlace(description.network, 'network') };
}

/** @throws DataError when this is no model, or is damaged. */
export async function modelContents(
  bytes: Uint8Array,
  path: string,
): Promise<{ readonly description: ModelDescription; readonly state: StateDict }> {
  const { description, state } = await unseal(bytes, 'model', path);
  const parsed = descriptionSchema.safeParse(description);
  if (parsed.success) return { description: parsed.data, state };
  const [{ path: at, message }] = parsed.error.issues;
  throw new DataError(path, `its description is wrong: ${at.join('.')}: ${message}`);
}

/** @throws DataError when a stage is not known, or does not take its options. */
export const stagesOf = ({ network }: ModelDescription, registry: Registry, path: string): AnyStage[] =>
  network.map((stage, position) => stageOf(stage, `network.${position}`, registry, path));

function stageOf({ name, options }: PlainStage, place: string, registry: Registry, path: string): AnyStage {
  const factory = stageCalled(registry, name);
  if (factory === undefined) {
    const advice = 'it comes from a plug-in; give that with --plugin FILE, or in code its stages as the registry';
    throw new DataError(path, `the network has a stage ${name} at ${place}, which is not known: ${advice}`);
  }
  const withStages = mapStages(factory.definition, options, (item, i) => {
    const inside = plainStageSchema.safeParse(item);
    const at = `${place}.${i}`;
    if (!inside.success) throw new DataError(path, `${at}: expected a stage, as { name, options }`);
    return stageOf(inside.data, at, registry, path);
  });
  try {
    return factory(withStages);
  } catch (error) {
    throw new DataError(path, `${place}: ${messageOf(error)}`, { cause: error });
  }
}

function requireParameters(parameters: ReturnType<typeof outlineNetwork>['parameters'], state: StateDict): void {
  for (const { name, value } of parameters) {
    const stored = state[name];
    const found = stored !== undefined && isTensor(stored) ? formatShape(stored.shape) : 'nothing';
    if (stored !== undefined && isTensor(stored) && sameShape(stored.shape, value.shape)) continue;
    throw new RangeError(`it holds ${found} for the parameter ${name}, expected ${formatShape(value.shape)}`);
  }
}
