/** The run whose model a command uses, as it is typed. */
import { modelFolderOf, unfinishedRemark } from '../node/run-of-model.js';
import { remark } from './text/say.js';

/**
 * The folder that is meant; where that run did not come to its end, standard error says how far it came.
 *
 * @throws DataError when the run has no model yet.
 */
export async function modelRun(typed: string): Promise<string> {
  const folder = await modelFolderOf(typed);
  const unfinished = await unfinishedRemark(folder);
  if (unfinished !== undefined) remark(unfinished);
  return folder;
}
