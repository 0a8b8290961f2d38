import type { AnyStage, AnyStageFactory, Registry } from 'marblenet';
import { expect } from 'vitest';
import { mapStages, optionsByName } from '../../src/core/stage-list.js';

/** The stage that a list item of a pipeline file names, and those inside it. */
export function stageOfItem(item: unknown, registry: Registry): AnyStage {
  const [[name, options]] = typeof item === 'string' ? [[item, {}]] : Object.entries(item as object);
  const factory = registry.get(name) ?? expect.fail(`there is no stage ${name}`);
  return factory(optionsOfItem(factory, options ?? {}, registry));
}

/** The options of a list item by name, with stages in the place of the items among them. */
export const optionsOfItem = (
  { definition }: AnyStageFactory,
  given: unknown,
  registry: Registry,
): Record<string, unknown> =>
  mapStages(definition, optionsByName(definition, given) as Record<string, unknown>, (item) =>
    stageOfItem(item, registry),
  );
