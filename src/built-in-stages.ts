import { type Registry, registryOf } from './core/pipeline/registry.js';
import * as stages from './stages/index.js';

/** The stages that every pipeline file may name. */
export const builtInStages: Registry = registryOf(stages);
