/** The report that a command writes at the end of a run, or of a sweep. */
import { messageOf } from '../core/errors.js';
import type { TrainingOptions } from '../node/run-in-step.js';
import { untilAborted } from '../node/until-aborted.js';
import { whileWaiting } from './data-options.js';
import { warn } from './text/say.js';

/**
 * Writes it into the folder. Where that fails, a warning says so: what was learned is kept all the same.
 *
 * @returns its path; undefined where there is none
 * @throws the reason of the signal that stopped it.
 */
export async function reportRun(
  folder: string,
  { plugins, dataFolder, offline }: Pick<TrainingOptions, 'plugins' | 'dataFolder' | 'offline'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { writeReport } = await import('../node/report/write-report.js'); // only here: it loads all that computes
  const options = {
    ...(plugins !== undefined && { plugins }),
    ...(dataFolder !== undefined && { dataFolder }),
    ...(offline !== undefined && { offline }),
  };
  try {
    return await untilAborted(
      signal,
      whileWaiting('writing the report', () => writeReport(folder, options)),
    );
  } catch (error) {
    signal.throwIfAborted();
    warn(`there is no report of ${folder}: ${messageOf(error)}`);
    return undefined;
  }
}
