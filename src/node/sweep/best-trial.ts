/** The best trial of a sweep: the run that is meant where a model is asked for. */
import { DataError } from '../../core/errors.js';
import { bestOf } from '../../core/sweep/history.js';
import { readSweep, readTrials, trialFolder } from './sweep-folder.js';

/**
 * The folder of the best trial, of those that came to their end so far.
 *
 * @throws DataError when none has, or the sweep is damaged.
 */
export async function bestTrialFolder(folder: string): Promise<string> {
  const best = bestOf(readTrials(folder), await readSweep(folder));
  if (best !== undefined) return trialFolder(folder, best.trial);
  throw new DataError(folder, 'no trial of this sweep has come to its end; go on with it by resume');
}
