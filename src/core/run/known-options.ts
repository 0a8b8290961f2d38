import { didYouMean, PipelineError } from '../errors.js';
import type { TrainOptions } from './train.js';

/** Options of any type, by name: `satisfies` holds such a list against the type. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

export const trainOptions: OptionNames<TrainOptions> = {
  everyStep: true,
  runId: true,
  from: true,
  betweenSteps: true,
  signal: true,
  onEvent: true,
};

/**
 * A misspelt `from` would train anew, without a word.
 *
 * @throws PipelineError for an option that there is not.
 */
export function requireKnownOptions(given: object, known: Readonly<Record<string, true>>, what = 'runPipeline'): void {
  const names = Object.keys(known);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new PipelineError(
    `${what} has no option "${unknown}"${didYouMean(unknown, names)} (expected ${names.join(', ')})`,
  );
}
