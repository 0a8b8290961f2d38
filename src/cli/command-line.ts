/**
 * What stands on the command line, word by word. A command takes it or refuses it, before anything is done: yargs, which
 * reads the words afterwards, would leave some of them out without a word.
 */
import yargs, { type Argv } from 'yargs';
import { didYouMean, PipelineError } from '../core/errors.js';
import { version } from '../node/version.js';
import { calledAs } from './called-as.js';
import type { AnyCommand } from './command.js';
import { STDIN } from './given-file.js';
import { quoted } from './text/quoted.js';

/** What yargs knows of the options of a command; it has no type for it. */
interface Declared {
  readonly key: Readonly<Record<string, unknown>>;
  readonly boolean: readonly string[];
  readonly array: readonly string[];
  readonly default: Readonly<Record<string, unknown>>;
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/** What stands beside a command: `<file>`, `<files..>`. */
interface Place {
  readonly name: string;
  readonly many: boolean;
  /** Whether it may be left out. */
  readonly optional: boolean;
}

/** Options of every command. */
export const withGlobalOptions = <T>(yargs: Argv<T>) =>
  yargs
    .help('help')
    .alias('help', 'h')
    .version(version())
    .alias('version', ['v', 'V'])
    .option('debug', { type: 'boolean', describe: 'Show stack traces' });

/** A wrong command line. */
export const wrongWords = (problem: string, command?: string): PipelineError =>
  new PipelineError(`${problem} ("${[calledAs, command, '--help'].filter(Boolean).join(' ')}" shows what there is)`);

/**
 * The words for yargs: those that were given, and `<stdin>` where `-` is a file.
 *
 * @throws PipelineError for the first word that is not taken.
 */
export async function checkWords(words: readonly string[], commands: readonly AnyCommand[]): Promise<string[]> {
  if (words.includes('--')) {
    throw wrongWords('nothing after "--" is read: leave "--" out, and write a file such as -x.yaml as ./-x.yaml');
  }
  if (words.some((word) => HELP.includes(word))) return [...words];
  const name = words.find((word) => !isOption(word));
  if (name === undefined) {
    const [option] = words.filter((word) => word !== '--debug');
    throw wrongWords(option === undefined ? 'expected a command' : `expected a command, found the option ${option}`);
  }
  const command = commands.find((candidate) => wordsOf(candidate)[0] === name);
  if (command === undefined) {
    throw wrongWords(
      `unknown command "${name}"${didYouMean(
        name,
        commands.map((candidate) => wordsOf(candidate)[0]),
      )}`,
    );
  }
  return new CommandLine(words, name, placesOf(command), declaredBy(command)).check();
}

/** With one of these, what else there is does not matter. */
const HELP: readonly string[] = ['-h', '--help', '-v', '-V', '--version'];

/** Options with a value of which `--no-...` wants none: `--no-out`. */
const MAY_BE_LEFT_OUT: readonly string[] = ['out', 'html'];

/** `-` is a file, and `-1` a number. */
export const isOption = (word: string): boolean => /^-[^\d]/.test(word);

export const wordsOf = ({ command }: AnyCommand): readonly string[] => String(command).split(' ');

export const placesOf = (command: AnyCommand): Place[] =>
  wordsOf(command)
    .slice(1)
    .map((word) => ({ name: word.replace(/\W/g, ''), many: word.includes('..'), optional: word.startsWith('[') }));

export function declaredBy({ builder }: AnyCommand): Declared {
  const cli = withGlobalOptions(yargs([]));
  if (typeof builder === 'function') builder(cli);
  return (cli as unknown as { getOptions(): Declared }).getOptions();
}

class CommandLine {
  private readonly given = new Set<string>();
  /** What stands there, the command's name among it. */
  private readonly placed: string[] = [];

  constructor(
    private readonly words: readonly string[],
    private readonly command: string,
    private readonly places: readonly Place[],
    private readonly declared: Declared,
  ) {}

  async check(): Promise<string[]> {
    const forYargs: string[] = [];
    for (let i = 0; i < this.words.length; i++) {
      const word = this.words[i];
      if (!isOption(word)) {
        forYargs.push(this.place(word));
        continue;
      }
      forYargs.push(word);
      const [, name, value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      if (await this.takesValue(word, name, value, this.words[i + 1])) forYargs.push(this.words[++i]);
    }
    const missing = this.places[this.placed.length - 1];
    if (missing !== undefined && !missing.optional)
      throw this.wrong(`expected a ${missing.name.replace(/s$/, '')} after ${this.command}`);
    return forYargs;
  }

  private wrong(problem: string): PipelineError {
    return wrongWords(problem, this.command);
  }

  /** A word that is no option: the command, or what stands beside it. */
  private place(word: string): string {
    if (word === '') throw this.wrong('found an empty word; is a variable of the shell empty?');
    const position = this.placed.push(word) - 2;
    if (position < 0) return word;
    const place = this.places[position] ?? this.places.find(({ many }) => many);
    if (place === undefined) {
      const [last] = this.places.slice(-1);
      const files = this.placed.slice(1);
      if (this.command === 'run') {
        const all = `${calledAs} compare ${files.map(quoted).join(' ')}`;
        throw this.wrong(`run takes one file, found "${files.join('" and "')}"; to run both, and compare them: ${all}`);
      }
      throw this.wrong(
        last === undefined
          ? `${this.command} takes no file and no name, found "${word}"`
          : `${this.command} takes one ${last.name}, found "${files.join('" and "')}"`,
      );
    }
    if (word !== '-') return word;
    if (!place.name.startsWith('file')) throw this.wrong(`expected a ${place.name}, found "-"`);
    return STDIN;
  }

  /** Whether the next word is this option's value. */
  private async takesValue(word: string, name: string, value: string | undefined, next: string | undefined) {
    const { key, boolean, array, choices } = this.declared;
    const positive = name.replace(/^no-/, '');
    const negated =
      positive !== name && (isOn(positive, this.declared) || (MAY_BE_LEFT_OUT.includes(positive) && positive in key));
    if (!word.startsWith('--') || !(negated || Object.hasOwn(key, name)) || name.length === 1) {
      throw this.wrong(await this.unknown(word, name, value ?? next));
    }
    if (this.given.has(positive) && !array.includes(name)) {
      throw this.wrong(`--${positive} is given twice`);
    }
    this.given.add(positive);
    if (negated || boolean.includes(name)) {
      if (value !== undefined) throw this.wrong(`--${name} takes no value, found "${value}"`);
      return false;
    }
    if (value === undefined && (next === undefined || isOption(next))) {
      throw this.wrong(`expected a value after --${name}${next === undefined ? '' : `, found ${next}`}`);
    }
    const found = value ?? String(next);
    if (Object.hasOwn(choices, name) && !choices[name].includes(found)) {
      const expected = choices[name].map((choice) => `"${choice}"`).join(', ');
      throw this.wrong(`--${name}: expected one of ${expected}, found "${found}"${didYouMean(found, choices[name])}`);
    }
    return value === undefined;
  }

  private async unknown(word: string, name: string, next: string | undefined): Promise<string> {
    const option = `unknown option ${word.split('=')[0]}`;
    if (/^(no-)?colou?rs?$/.test(name)) {
      const variable = name.startsWith('no-') ? 'NO_COLOR' : 'FORCE_COLOR';
      return `${option}: the environment says whether there are colours; set ${variable}=1`;
    }
    const { key, boolean } = this.declared;
    if (name === 'plugin' && 'set' in key) {
      const plugin = next === undefined || isOption(next) ? './swish.ts' : next;
      return `${option}: the pipeline file names its plug-ins, plugins: [${plugin}], or --set ${quoted(`plugins=[${plugin}]`)}`;
    }
    const file = this.words.find((other) => /\.ya?ml$/.test(other));
    const value = next === undefined || isOption(next) || next === file ? '...' : next;
    const { settingHint } = await import('./setting-hint.js');
    const hint = async (how: 'same' | 'near') => ('set' in key ? settingHint(name, value, file, how) : undefined);
    const same = await hint('same');
    if (same !== undefined) return `${option}: ${same}`;
    const names = Object.keys(key).filter((candidate) => candidate.length > 1);
    const on = [...boolean.filter((candidate) => isOn(candidate, this.declared)), ...('out' in key ? ['out'] : [])];
    const negated = on.map((candidate) => `no-${candidate}`);
    const known = [...names, ...negated].map((candidate) => `--${candidate}`);
    const advice = didYouMean(`--${name.split('.')[0]}`, known);
    const near = advice === '' ? await hint('near') : undefined;
    return near === undefined ? `${option}${advice}` : `${option}: ${near}`;
  }
}

/** Whether an option is one that is switched off by `--no-`. */
export const isOn = (name: string, { boolean, default: defaults }: Declared): boolean =>
  boolean.includes(name) && defaults[name] === true;
