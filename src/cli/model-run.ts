/** The run whose model a command uses, as it is typed. */
import { DataError, PipelineError } from '../core/errors.js';
import { hasModel, modelFolderOf, unfinishedRemark } from '../node/run-of-model.js';
import { summaryOf } from '../node/sweep/list-sweeps.js';
import { isSweepFolder } from '../node/sweep/sweep-folder.js';
import { calledAs } from './called-as.js';
import { quoted } from './text/quoted.js';
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
  if (await isSweepFolder(typed)) {
    const { status } = await summaryOf(typed);
    remark(`${typed}: its best trial${status === 'completed' ? '' : ' so far'} is ${folder}`);
  }
  return folder;
}

/** What is said of a RUN that is none: where one of the files is a run, the words stand in another order. */
export async function inOrder(error: unknown, run: string, files: readonly string[]): Promise<unknown> {
  if (!(error instanceof DataError)) return error;
  for (const file of files) {
    if (!file.endsWith('.safetensors') && !(await hasModel(file).catch(() => false))) continue;
    const words = [file, run, ...files.filter((other) => other !== file)].map(quoted).join(' ');
    return new PipelineError(`${error.message}; the RUN comes first: ${calledAs} predict ${words}`, { cause: error });
  }
  return error;
}
