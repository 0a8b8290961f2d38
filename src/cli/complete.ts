/** What a shell offers while a command line is being written. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { builtIn } from '../node/plugins.js';
import type { AnyCommand } from './command.js';
import { declaredBy, isOn, isOption, placesOf, wordsOf } from './command-line.js';
import { namedStages } from './named-stages.js';

/** What may stand there. What ends in `=` or `/` goes on. */
interface Candidate {
  readonly word: string;
  readonly meaning?: string;
}

/**
 * Lines for a shell, each with a candidate for the last of the words.
 *
 * @param words what stands behind the name of the program; the last is not finished, and may be empty
 */
export async function complete(shell: string, words: readonly string[], commands: readonly AnyCommand[]) {
  const found = await candidates(words, commands);
  const word = words.at(-1) ?? '';
  return found
    .filter((candidate) => candidate.word.startsWith(word))
    .map((candidate) => `${lineFor(shell, candidate)}\n`)
    .join('');
}

/** How a shell takes a word and, where it shows one, its meaning. */
function lineFor(shell: string, { word, meaning }: Candidate): string {
  if (shell === 'bash') return word.replace(/[\s'"\\$&;()<>|*?#!`[\]{}]/g, '\\$&');
  const [escaped, separator] = shell === 'zsh' ? [word.replace(/[\\:]/g, '\\$&'), ':'] : [word, '\t'];
  return meaning === undefined ? escaped : `${escaped}${separator}${meaning}`;
}

async function candidates(words: readonly string[], commands: readonly AnyCommand[]): Promise<Candidate[]> {
  const given = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const command = commands.find((candidate) => wordsOf(candidate)[0] === given.find((before) => !isOption(before)));
  if (command === undefined) {
    if (given.some((before) => !isOption(before))) return [];
    if (word.startsWith('-')) return [{ word: '--help' }, { word: '--version' }];
    return commands.map((candidate) => ({ word: wordsOf(candidate)[0], meaning: String(candidate.describe) }));
  }
  const declared = declaredBy(command);
  const takesValue = (option: string): boolean =>
    /^--[^=]+$/.test(option) &&
    Object.hasOwn(declared.key, option.slice(2)) &&
    !declared.boolean.includes(option.slice(2));
  const placed = given.filter((before, i) => !isOption(before) && !takesValue(given[i - 1] ?? '')).slice(1);
  const valuesAfter = (option: string, value: string): Promise<Candidate[]> =>
    valuesOf(declared.choices[option] ?? (option === 'stage' ? 'place' : wantedBy(option)), value, placed[0]);

  const before = given.at(-1) ?? '';
  if (takesValue(before)) return valuesAfter(before.slice(2), word);
  const [, option, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
  if (option !== undefined) {
    const found = takesValue(`--${option}`) ? await valuesAfter(option, value) : [];
    return found.map((candidate) => ({ ...candidate, word: `--${option}=${candidate.word}` }));
  }
  const places = placesOf(command);
  if (word.startsWith('-')) {
    const isPlace = (name: string) => places.some((place) => place.name === name); // yargs takes it as an option, too
    return Object.keys(declared.key)
      .filter((name) => name.length > 1 && !isPlace(name))
      .map((name) => ({ word: isOn(name, declared) ? `--no-${name}` : `--${name}` }))
      .filter((candidate) => !given.includes(candidate.word) || declared.array.includes(candidate.word.slice(2)));
  }
  const place = places[placed.length] ?? places.find(({ many }) => many);
  const [name] = wordsOf(command);
  return place === undefined
    ? []
    : valuesOf(name === 'predict' && place.many ? 'any' : wantedBy(place.name), word, placed[0]);
}

/** Some words, or what kind of word. */
type Wanted = 'pipeline' | 'run' | 'folder' | 'code' | 'any' | 'stage' | 'place' | 'swap' | readonly string[];

/** By the name of an option or of what stands beside a command. */
const wantedBy = (name: string): Wanted => WANTED.get(name) ?? [];

const WANTED: ReadonlyMap<string, Wanted> = new Map<string, Wanted>([
  ['file', 'pipeline'],
  ['files', 'pipeline'],
  ['run', 'run'],
  ['dir', 'folder'],
  ['data', 'folder'],
  ['out', 'folder'],
  ['plugin', 'code'],
  ['train-images', 'any'],
  ['train-labels', 'any'],
  ['test-images', 'any'],
  ['test-labels', 'any'],
  ['swap', 'swap'],
  ['stage', 'stage'],
  ['shell', ['bash', 'zsh', 'fish']],
]);

const FILES: Readonly<Record<string, RegExp>> = {
  pipeline: /\.ya?ml$/,
  run: /\.safetensors$/,
  code: /\.[cm]?[jt]s$/,
  any: /./,
};

async function valuesOf(wanted: Wanted, word: string, file: string | undefined): Promise<Candidate[]> {
  switch (wanted) {
    case 'stage':
      return stages();
    case 'place': {
      const used = await namedIn(file);
      return used.map(({ section, name }) => ({ word: `${section}.${name}` }));
    }
    case 'swap': {
      if (word.includes('=')) return stages().map(({ word: to }) => ({ word: `${word.split('=')[0]}=${to}` }));
      const used = new Set((await namedIn(file)).map(({ name }) => name));
      return [...used].map((name) => ({ word: `${name}=` }));
    }
    case 'pipeline':
    case 'run':
    case 'folder':
    case 'code':
    case 'any':
      return paths(word, FILES[wanted] ?? /$^/);
    default:
      return wanted.map((choice) => ({ word: choice }));
  }
}

/** Those of plug-ins are left out: to know them is to run them. */
const stages = (): Candidate[] =>
  [...builtIn.registry.values()].map(({ definition }) => ({ word: definition.name, meaning: definition.summary }));

/** Folders, and files of such a name. Those that begin with a dot are there for who writes the dot. */
async function paths(word: string, files: RegExp): Promise<Candidate[]> {
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  const entries = await readdir(atHome(folder) || '.', { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => !name.startsWith('.') || word.slice(folder.length).startsWith('.'))
    .filter((entry) => !entry.isFile() || files.test(entry.name))
    .map((entry) => ({ word: `${folder}${entry.name}${entry.isFile() ? '' : '/'}` }))
    .sort((a, b) => (a.word < b.word ? -1 : 1));
}

const namedIn = async (file: string | undefined) => (file === undefined ? [] : namedStages(atHome(file)));

const atHome = (path: string): string => path.replace(/^~(?=\/)/, homedir());
