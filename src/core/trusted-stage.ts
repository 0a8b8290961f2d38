import type * as z from 'zod';
import type { Build, Given, Stage, StageDefinition, StageFactory } from './contract.js';
import type { Host } from './host.js';
import type { Kind, SourceSplit } from './kinds.js';
import { parseOptions } from './stage-options.js';
import { builtByFirstEmission } from './stand-alone.js';

/**
 * Makes a stage of its definition, for families that check their own parts and for stages that pass on what they get: what
 * it emits is not looked at, so that it costs nothing.
 *
 * @param around gets each `build` before it is used
 */
export function trustedStage<From extends Kind, To extends Kind, Options extends z.ZodObject>(
  definition: StageDefinition<From, To, Options>,
  around = (build: Build<From, To>): Build<From, To> => build,
): StageFactory<From, To, Options> {
  const create = (...given: Given<Options>): Stage<From, To> => {
    const options = parseOptions(definition, given[0] ?? {});
    const built = (given: Build<From, To>): Stage<From, To> => {
      const build = around(given);
      return Object.assign(builtByFirstEmission(definition, build), {
        definition: definition as StageDefinition<From, To>,
        options,
        build,
      });
    };
    const unopened = built((input, context) => definition.build(options, input, context));
    const { open } = definition;
    if (open === undefined) return unopened;
    return Object.assign(unopened, {
      open: async (host: Host, splits: readonly SourceSplit[]) => built(await open(options, host, splits)),
    });
  };
  return Object.assign(create, { definition });
}
