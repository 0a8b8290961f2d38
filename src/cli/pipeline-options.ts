/** Options that several commands share. */
import type { Argv } from 'yargs';

/** An option that may be given many times. `nargs: 1`, or yargs would take the file after `--set a=1` for another. */
const repeatable = {
  type: 'string',
  array: true,
  nargs: 1,
  requiresArg: true,
  default: [],
  defaultDescription: 'none',
} as const;

/** The pipeline file, and the changes to it. */
export const withPipelineFile = <T>(yargs: Argv<T>) =>
  yargs
    .positional('file', { type: 'string', demandOption: true, describe: 'Pipeline file (YAML)' })
    .option('set', { ...repeatable, describe: 'Change a value: --set network.0.dense.units=800' })
    .option('swap', { ...repeatable, describe: 'Put one stage in the place of another: --swap relu=sigmoid' });

/** Files with stages beyond the built-in ones. */
export const withPlugins = <T>(yargs: Argv<T>) =>
  yargs.option('plugin', { ...repeatable, describe: 'TypeScript file with stages of your own' });

/** Of an option that is given twice, the last counts. */
export const last = <T>(given: T | T[]): T => (Array.isArray(given) ? given[given.length - 1] : given);
