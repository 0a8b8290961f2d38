/** The best trial of a sweep: the run that is meant where a model is asked for. */
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { bestOf } from '../../core/sweep/history.js';
import { isThere } from '../is-there.js';
import { files } from '../run-folder.js';
import { readSweep, readTrials, trialFolder } from './sweep-folder.js';

/**
 * The folder of the best trial, of those that came to their end so far.
 *
 * @throws DataError when none has, or its model is gone, or the sweep is damaged.
 */
export async function bestTrialFolder(folder: string): Promise<string> {
  const best = bestOf(readTrials(folder), await readSweep(folder));
  if (best === undefined) {
    throw new DataError(folder, 'no trial of this sweep has come to its end; go on with it by resume');
  }
  const run = trialFolder(folder, best.trial);
  if (await isThere(join(run, files.model))) return run;
  const advice = 'put it back, or train it anew by resume of the sweep';
  throw new DataError(run, `the best trial of ${folder} is gone; ${advice}`);
}
