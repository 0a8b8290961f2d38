/** The report that a command writes at the end of a run, or of a sweep. */
import { messageOf } from '../core/errors.js';
import type { TrainingOptions } from '../node/run-in-step.js';
import { writeSweepPage } from '../node/sweep/write-sweep-report.js';
import { untilAborted } from '../node/until-aborted.js';
import type { SweepReport } from '../report/sweep/sweep-report.js';
import { whileWaiting } from './data-options.js';
import { warn } from './text/say.js';

/**
 * Writes that of a run into its folder. Where that fails, a warning says so: what was learned is kept all the same.
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
  return written(folder, () => writeReport(folder, options), signal);
}

/** The same of a sweep that was read already. */
export const reportSweep = (folder: string, report: SweepReport, signal: AbortSignal): Promise<string | undefined> =>
  written(folder, () => writeSweepPage(folder, report), signal);

async function written(folder: string, write: () => Promise<string>, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await untilAborted(signal, whileWaiting('writing the report', write));
  } catch (error) {
    signal.throwIfAborted();
    warn(`there is no report of ${folder}: ${messageOf(error)}`);
    return undefined;
  }
}
