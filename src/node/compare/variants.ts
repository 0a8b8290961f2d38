/** What was given to be compared: pipeline files, runs, committees. */
import { stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { DataError, PipelineError } from '../../core/errors.js';
import { isCommitteeFolder, trainedMembers } from '../committee/committee-folder.js';
import { endOf } from '../list-runs.js';
import { readEnvironment } from '../run-environment.js';
import { modelFolderOf } from '../run-of-model.js';

/** A variant that is there: the runs of a committee, or one run; or one that is to be run first. */
export type GivenVariant = { readonly label: string } & (
  | { readonly folders: readonly string[]; readonly committee?: string }
  | { readonly file: string }
);

/**
 * @param paths `pipelines/relu.yaml`, `runs/relu/1`, `runs/relu` for its newest that is complete, `runs/relu/committee-1`
 * @throws PipelineError for less than two, for one that is given twice; DataError for what is no run, or not complete.
 */
export async function givenVariants(paths: readonly string[]): Promise<GivenVariant[]> {
  if (paths.length < 2) throw new PipelineError('compare: expected two or more files or runs');
  const again = paths.find((path, i) => paths.indexOf(path) < i);
  if (again !== undefined) throw new PipelineError(`compare: ${again} is given twice`);
  const labels = labelsOf(paths);
  return Promise.all(paths.map((path, i) => givenVariant(path, labels[i])));
}

async function givenVariant(path: string, label: string): Promise<GivenVariant> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false, // said when it is read as a file
  );
  if (!isFolder) return { label, file: path };
  if (await isCommitteeFolder(path)) {
    const members = await trainedMembers(path);
    return { label, folders: members.map(({ run }) => run), committee: path };
  }
  const folder = await modelFolderOf(path);
  await readEnvironment(folder);
  if ((await endOf(folder)) === undefined) {
    throw new DataError(folder, 'this run did not come to its end; go on with it by resume, or leave it out');
  }
  return { label, folders: [folder] };
}

/** Files by their names alone, where these are different. */
function labelsOf(paths: readonly string[]): readonly string[] {
  const names = paths.map((path) => basename(path, /^\.ya?ml$/.test(extname(path)) ? extname(path) : ''));
  const isPlain = paths.every((path) => /\.ya?ml$/.test(path) || dirname(path) === '.');
  return isPlain && new Set(names).size === names.length ? names : paths;
}
