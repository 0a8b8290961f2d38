/** What the commands have in common that train a pipeline many times: `sweep` and `committee`. */
import type { Argv } from 'yargs';
import { wholeNumberBetween } from './pipeline-options.js';
import { RUNS } from './runs-folder.js';

/** What is trained, or goes on. */
export const withFileOrFolder = <T>(yargs: Argv<T>, what: 'sweep' | 'committee') =>
  yargs.positional('file', {
    type: 'string',
    demandOption: true,
    describe: `Pipeline file (YAML), - for standard input, or the folder of a ${what}, which goes on: runs/relu/${what}-1`,
  });

/** How many runs there are at a time, and where they are kept. */
export const withJobsAndOut = <T>(
  yargs: Argv<T>,
  what: 'sweep' | 'committee',
  jobs: { readonly defaultDescription: string; readonly describe: string },
) =>
  yargs
    .option('jobs', { type: 'string', requiresArg: true, coerce: wholeNumberBetween('jobs', 1, 1024), ...jobs })
    .option('out', {
      type: 'string',
      requiresArg: true,
      defaultDescription: `MARBLENET_RUNS, or ${RUNS}`,
      describe: `Folder to keep the ${what} in, as runs/NAME/${what}-1`,
    });
