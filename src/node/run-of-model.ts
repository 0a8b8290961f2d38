/** Which run a model is taken from, and what is to be said of one that did not come to its end. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DataError, MarblenetError } from '../core/errors.js';
import { modelContents } from '../core/model/load-model.js';
import { isCommitteeFolder } from './committee/committee-folder.js';
import { isThere } from './is-there.js';
import { type RunRecord, recordOf } from './list-runs.js';
import { readRegularFile } from './regular-file.js';
import { files, numbersIn } from './run-folder.js';
import { bestTrialFolder } from './sweep/best-trial.js';
import { isSweepFolder } from './sweep/sweep-folder.js';

/**
 * The folder of a run whose model is wanted: `runs/relu/3`, for a sweep its best trial, or for `runs/relu` the newest that is
 * complete; where none is, the newest that has a model. A committee is left as it is, and so is what is nothing of that.
 *
 * @throws DataError for a sweep of which no trial has come to its end.
 */
export async function modelFolderOf(path: string): Promise<string> {
  if (await isSweepFolder(path)) return bestTrialFolder(path);
  if (await isCommitteeFolder(path)) return path; // its model is not that of one member
  const folders = (await numbersIn(path)).reverse().map((number) => join(path, String(number)));
  let withModel: string | undefined;
  for (const folder of folders) {
    if (isWhole(await statusOf(folder))) return folder;
    withModel ??= (await isThere(join(folder, files.model))) ? folder : undefined;
  }
  return withModel ?? folders[0] ?? path;
}

/** Whether a path is that of a folder with a model, or of one with runs that have one. */
export const hasModel = async (path: string): Promise<boolean> => isThere(join(await modelFolderOf(path), files.model));

/** The file of a model: what is no folder is one itself. */
export async function modelPathOf(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false, // said when it is opened
  );
  return isFolder ? join(await modelFolderOf(path), files.model) : path;
}

/**
 * What is to be said before the model of a run is used that did not come to its end; undefined where nothing is.
 *
 * @throws DataError when there is no model yet, or it is damaged.
 */
export async function unfinishedRemark(folder: string): Promise<string | undefined> {
  const record = await recordOf(folder).catch(ignoreOthers);
  if (record === undefined || isWhole(record.status)) return undefined;
  const [model, pipeline] = [join(folder, files.model), join(folder, files.pipeline)];
  const words = HOW[record.status];
  if (!(await isThere(model))) {
    throw new DataError(
      model,
      `there is no model yet: the run ${words} before it was written; go on with it by resume`,
    );
  }
  const { description } = await modelContents(await readRegularFile(model), model);
  const epochs = Number(parse(String(await readRegularFile(pipeline)))?.epochs ?? 1);
  const when =
    record.epochs < epochs ? `in epoch ${record.epochs + 1} of ${epochs}` : `after epoch ${epochs}, the last`;
  const steps = (description.reached?.step ?? 0).toLocaleString('en-US');
  return `${folder} ${words} ${when}: its model has seen ${steps} steps`;
}

const HOW: Readonly<Record<RunRecord['status'], string>> = {
  interrupted: 'was interrupted',
  failed: 'failed',
  killed: 'was killed',
  running: 'is under way',
  completed: 'is complete',
  imported: 'was imported',
};

const isWhole = (status: RunRecord['status'] | undefined): boolean => status === 'completed' || status === 'imported';

const statusOf = async (folder: string): Promise<RunRecord['status'] | undefined> =>
  (await recordOf(folder).catch(ignoreOthers))?.status;

/** A folder of something else. */
function ignoreOthers(error: unknown): undefined {
  if (!(error instanceof MarblenetError)) throw error;
}
