/** Options that several commands share. */
import type { Argv } from 'yargs';

/** The pipeline file, and the changes to it. */
export const withPipelineFile = <T>(yargs: Argv<T>) =>
  withOverrides(yargs.positional('file', { type: 'string', demandOption: true, describe: 'Pipeline file (YAML)' }));

/** `nargs: 1`, or yargs would take the file after `--set a=1` for a second change. */
const withOverrides = <T>(yargs: Argv<T>) =>
  yargs
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      requiresArg: true,
      default: [],
      defaultDescription: 'none',
      describe: 'Change a value: --set network.0.dense.units=800',
    })
    .option('swap', {
      type: 'string',
      array: true,
      nargs: 1,
      requiresArg: true,
      default: [],
      defaultDescription: 'none',
      describe: 'Put one stage in the place of another: --swap relu=sigmoid',
    });

/** Files with stages beyond the built-in ones. */
export const withPlugins = <T>(yargs: Argv<T>) =>
  yargs.option('plugin', {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    default: [],
    defaultDescription: 'none',
    describe: 'TypeScript file with stages of your own',
  });

/** Of an option that is given twice, the last counts. */
export const last = <T>(given: T | T[]): T => (Array.isArray(given) ? given[given.length - 1] : given);
