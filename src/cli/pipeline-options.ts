/** Options that several commands share. */
import type { Argv } from 'yargs';
import { PipelineError } from '../core/errors.js';

/** An option that may be given many times. `nargs: 1`, or yargs would take the file after `--set a=1` for another. */
export const repeatable = {
  type: 'string',
  array: true,
  nargs: 1,
  requiresArg: true,
  default: [],
  defaultDescription: 'none',
} as const;

/** Whether pipeline files may bring code. */
export const withPluginFiles = <T>(yargs: Argv<T>) =>
  yargs.option('plugins', {
    type: 'boolean',
    default: true,
    describe: 'Load plug-ins: code, which runs. --no-plugins refuses them, and files that name some',
  });

/** The same, and changes of values. */
export const withSet = <T>(yargs: Argv<T>) =>
  withPluginFiles(yargs).option('set', {
    ...repeatable,
    describe: 'Change a value: --set network.0.dense.units=800',
  });

/** The same, and changes of stages. */
export const withChanges = <T>(yargs: Argv<T>) =>
  withSet(yargs).option('swap', {
    ...repeatable,
    describe: 'Put one stage in the place of another: --swap relu=sigmoid',
  });

/** Those changes as they were typed: `--set epochs=5`, `--swap relu=sigmoid`. */
export const typedChanges = ({ set, swap }: { readonly set: readonly string[]; readonly swap: readonly string[] }) => [
  ...set.map((words) => `--set ${words}`),
  ...swap.map((words) => `--swap ${words}`),
];

/** The pipeline file, and the changes to it. */
export const withPipelineFile = <T>(yargs: Argv<T>) =>
  withChanges(
    yargs.positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'Pipeline file (YAML), or - for standard input',
    }),
  );

/** Files with stages beyond the built-in ones. */
export const withPlugins = <T>(yargs: Argv<T>) =>
  withPluginFiles(yargs)
    .option('plugin', { ...repeatable, describe: 'TypeScript file with stages of your own' })
    .check(({ plugin, plugins }) => {
      if (plugins || plugin.length === 0) return true;
      throw new PipelineError(`--plugin ${plugin[0]}: plug-ins were refused (--no-plugins)`);
    });

/** Where MNIST is. */
export const withDataFolder = <T>(
  yargs: Argv<T>,
  describe = 'Folder with the four MNIST files; idx reads the files that the pipeline file names',
) =>
  yargs.option('data', {
    type: 'string',
    requiresArg: true,
    coerce(folder: string | undefined) {
      if (folder === '') throw new PipelineError('--data: expected a folder, found nothing');
      return folder;
    },
    describe,
  });

/** The same, and whether it may be downloaded. */
export const withData = <T>(yargs: Argv<T>) =>
  withDataFolder(yargs).option('offline', { type: 'boolean', describe: 'Never use the network' });

/** What reads an option that takes a whole number between two: from text, so that a message can show what is none. */
export const wholeNumberBetween =
  (option: string, least: number, most: number) =>
  (given: string | undefined): number | undefined => {
    if (given === undefined) return undefined;
    const number = Number(given);
    if (/^\d+$/.test(given) && number >= least && number <= most) return number;
    throw new PipelineError(
      `--${option}: expected a whole number from ${least} to ${most}, found ${JSON.stringify(given)}`,
    );
  };

/** An option that takes a whole number. It is read as text, so that a message can show what is no number. */
export const wholeNumberOption = (
  option: string,
  { least, ...more }: { readonly least: number; readonly default: string; readonly describe: string },
) => ({
  type: 'string' as const,
  requiresArg: true,
  defaultDescription: more.default, // without quotes: it is a number
  coerce: (given: string) => wholeNumber(option, given, `a whole number from ${least} on`, least),
  ...more,
});

/** The value of an option that takes a whole number, or the word `all`. */
export const wholeNumberOrAll = (option: string, given: string): number | 'all' =>
  given === 'all' ? 'all' : wholeNumber(option, given, 'a whole number from 1 on, or all', 1);

function wholeNumber(option: string, text: string, expected: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && Number.isSafeInteger(number)) return number;
  throw new PipelineError(`--${option}: expected ${expected}, found ${JSON.stringify(text)}`);
}

/** How much of each tensor is shown, and in which form. */
export const withValues = <T>(yargs: Argv<T>) =>
  yargs
    .option('values', {
      type: 'string',
      requiresArg: true,
      coerce: (given: string | undefined) => (given === undefined ? undefined : wholeNumberOrAll('values', given)),
      describe: 'How many numbers of each tensor to show, or all; without, what fits into a line',
    })
    .option('json', { type: 'boolean', describe: 'One JSON object a line' });

/** How many numbers of each tensor are kept, and how many columns they may take. */
export const roomFor = (values: number | 'all' | undefined): { values: number | 'all'; width: number } =>
  values === undefined
    ? { values: FEW, width: process.stdout.columns ?? 80 }
    : { values, width: Number.POSITIVE_INFINITY };

/** More first numbers than these are seldom looked at. */
const FEW = 8;
