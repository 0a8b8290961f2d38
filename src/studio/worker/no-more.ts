import type { Read } from './describe.js';
import type { Ended } from './session.js';

/** Why a run cannot be given more epochs, if it cannot. */
export function whyNoMore({ stoppedEarly }: Ended, { description, file }: Read): string | undefined {
  if (file === undefined) return description.problems[0]?.message;
  if (stoppedEarly) return 'the run has stopped early, since it got no better, and would stop at once';
  const ends = file.definition.train.flatMap(({ definition, options }) => definition.leadsToEnd?.(options) ?? []);
  return ends.map(
    (what) => `${what} leads to the end of these epochs; a longer run takes other steps from the first on`,
  )[0];
}
