/** What a run that goes on may have otherwise than before, and what would make another run of it. */
import { PipelineError } from '../core/errors.js';
import { rebased } from '../core/file-path.js';
import type { PipelineDefinition } from '../core/pipeline/pipeline.js';
import { type Section, sections } from '../core/pipeline/sections.js';

/**
 * More epochs, more patience, threads, when there are checkpoints: all that is the same run. So are files that lie elsewhere.
 *
 * @throws PipelineError that names what would make it another one.
 */
export function requireSameSettings(before: PipelineDefinition, now: PipelineDefinition): void {
  const [were, are] = [settingsOf(before), settingsOf(now)];
  for (const key of Object.keys({ ...were, ...are })) {
    const [then, later] = [JSON.stringify(were[key]), JSON.stringify(are[key])];
    if (then === later) continue;
    throw new PipelineError(
      `${key} is ${then ?? 'left out'} in the run, and would be ${later ?? 'left out'} now: that is another run; ` +
        'leave it as it is, or run the pipeline anew',
    );
  }
}

function settingsOf(definition: PipelineDefinition): Readonly<Record<string, unknown>> {
  const { name, seed, dataSeed, random, dtype, backend, best, earlyStopping, initialWeights } = definition;
  const stopping = earlyStopping && { ...earlyStopping, patience: undefined };
  const settings = { name, seed, dataSeed, random, dtype, backend, best, earlyStopping: stopping, initialWeights };
  return { ...settings, ...Object.fromEntries(sections.flatMap((section) => stagesOf(definition, section))) };
}

/** Each by its place, `network.0`. */
const stagesOf = (definition: PipelineDefinition, section: Section): [string, unknown][] =>
  (definition[section] ?? []).map(({ definition: { name, options: declared }, options }, position) => [
    `${section}.${position}`,
    { [name]: rebased(declared, options, () => '...') },
  ]);
