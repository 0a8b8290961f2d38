import { isCommitteeFolder } from './committee/committee-folder.js';
import { isSweepFolder } from './sweep/sweep-folder.js';

/** Whether the runs in a folder are the trials of a sweep, or the members of a committee. */
export const holdsParts = async (folder: string): Promise<boolean> =>
  (await isSweepFolder(folder)) || isCommitteeFolder(folder);
