/** Models in a page. */
import { builtInStages } from '../built-in-stages.js';
import { DataError } from '../core/errors.js';
import { decodeModel } from '../core/model/load-model.js';
import type { Model } from '../core/model/model.js';
import type { Registry } from '../core/pipeline/registry.js';
import { optionTypes, requireKnownOptions } from '../core/run/known-options.js';

/** What a model that is read may be made of. */
export interface LoadModelOptions {
  /** The stages that its network may be made of: `joinRegistries(builtInStages, registryOf({ swish }))`. */
  readonly registry?: Registry;
}

/**
 * Reads a model: from an address, which is fetched, or from its bytes. No code in it is run: there is none.
 *
 * @throws DataError when there is no model, or it is damaged.
 */
export async function loadModel(source: string | URL | Uint8Array, options: LoadModelOptions = {}): Promise<Model> {
  requireKnownOptions(options, { registry: optionTypes.registry }, 'loadModel');
  const { registry = builtInStages } = options;
  if (source instanceof Uint8Array) return decodeModel(source, registry);
  const response = await fetch(source);
  if (!response.ok) throw new DataError(String(source), `HTTP ${response.status}, expected a model`);
  return decodeModel(new Uint8Array(await response.arrayBuffer()), registry, String(source));
}
