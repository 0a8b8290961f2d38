/** Which stages there are, by name: the built-in ones and those of plug-ins. */
import { type AnyStageFactory, families } from '../contract.js';
import { didYouMean, PipelineError } from '../errors.js';
import type { Kind } from '../kinds.js';
import { isStageFactory } from '../stage.js';

/** Stage factories by their name. */
export type Registry = ReadonlyMap<string, AnyStageFactory>;

/**
 * A registry of all stage factories among the exports of a module; other exports are passed over.
 *
 * @throws PipelineError for a stage without a family, or of an unknown one: it could stand nowhere, and be listed nowhere;
 * and for two stages of one name.
 */
export function registryOf(exports: Readonly<Record<string, unknown>>): Registry {
  const registry = new Map<string, AnyStageFactory>();
  // one stage may be exported twice, by its name and as the default
  for (const factory of new Set(Object.values(exports).filter(isStageFactory))) {
    const { definition } = factory;
    requireFamily(definition);
    if (registry.has(definition.name)) throw nameTaken(definition.name);
    registry.set(definition.name, factory);
  }
  return registry;
}

const nameTaken = (name: string): PipelineError =>
  new PipelineError(`there already is a stage "${name}"; give yours another name`);

/** Types say so, too, but a plug-in is run without being compared with them. */
function requireFamily({ name, family }: { readonly name: string; readonly family?: unknown }): void {
  if (families.some((known) => known === family)) return;
  const problem =
    family === undefined
      ? 'needs a family'
      : `has an unknown family "${family}"${didYouMean(String(family), families)}`;
  throw new PipelineError(`the stage "${name}" ${problem} (expected ${families.join(', ')})`);
}

/**
 * Both registries in one.
 *
 * @throws PipelineError when a name is taken: a plug-in cannot silently replace a built-in stage.
 */
export function joinRegistries(known: Registry, added: Registry): Registry {
  for (const name of added.keys()) {
    if (known.has(name)) throw nameTaken(name);
  }
  return new Map([...known, ...added]);
}

/** The stage of this name; where there is none, the one that was called so before. */
export const stageCalled = (registry: Registry, name: string): AnyStageFactory | undefined =>
  registry.get(name) ?? [...registry.values()].find(({ definition }) => definition.formerly === name);

/** The names of the stages that lead from one kind to another, for an error that suggests them. */
export const stagesBetween = (registry: Registry, from: Kind, to: Kind): string[] =>
  [...registry.values()]
    .map(({ definition }) => definition)
    .filter((definition) => definition.from === from && definition.to === to)
    .map(({ name }) => name);
