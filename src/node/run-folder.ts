/** The folder of a run: where it lies, and what is in it. */
import { mkdirSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RunError } from '../core/errors.js';
import { isThere } from './is-there.js';
import { makeFolder } from './make-folder.js';
import { codeOf, reasonOf } from './system-error.js';

/** What lies in it. */
export const files = {
  pipeline: 'pipeline.yaml',
  events: 'events.jsonl',
  environment: 'environment.json',
  model: 'model.safetensors',
  /** Beside the best one, where a run chooses one. */
  lastModel: 'model-last.safetensors',
  checkpoints: 'checkpoints',
  report: 'report.html',
  /** While a process writes into the folder. */
  lock: 'lock.json',
} as const;

/**
 * Makes the next free folder, `runs/relu/3`. Two runs at once never get the same: a folder is made by one of them alone.
 *
 * @throws RunError when it cannot be made.
 */
export function createRunFolder(out: string, name: string): string {
  const all = join(out, asFolderName(name));
  try {
    const folder = createNumberedFolder(all);
    mkdirSync(join(folder, files.checkpoints));
    return folder;
  } catch (error) {
    throw notKept('run', all, error, elsewhere);
  }
}

/**
 * Makes the folder of a run where it is asked for; what lies there already stays.
 *
 * @throws RunError when it cannot be made.
 */
export function makeRunFolder(folder: string): string {
  try {
    makeFolder(join(folder, files.checkpoints));
    return folder;
  } catch (error) {
    throw notKept('run', folder, error);
  }
}

/**
 * Makes the next free folder in another one, which is made, too: `3`, or behind words, `committee-3`.
 *
 * @throws the system's error when it cannot be made.
 */
export function createNumberedFolder(all: string, words = ''): string {
  makeFolder(all);
  for (let number = 1 + highestNumberIn(all, words); ; number++) {
    const folder = join(all, `${words}${number}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** What helps where a run cannot be kept that has no folder of its own yet; what has begun stays where it is. */
export const elsewhere = '--out names another folder, --no-out keeps nothing';

/** What is said when a run, or what it is a part of, cannot be kept, and what helps. */
export const notKept = (
  what: 'run' | 'sweep' | 'committee',
  path: string,
  error: unknown,
  advice = 'once that is fixed, go on by resume',
): RunError =>
  new RunError(`${path}: the ${what} cannot be kept: ${reasonOf(error)}; ${advice}`, {
    cause: error,
    placed: true,
    passing: true,
  });

/** A folder's name of any text: no separators, nothing hidden, and not too long. */
export const asFolderName = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60) || 'pipeline';

const highestNumberIn = (folder: string, words: string): number =>
  numbersOf(readdirSync(folder), words).reduce(larger, 0);

const numbersOf = (names: readonly string[], words: string): number[] =>
  names
    .filter((name) => name.startsWith(words))
    .map((name) => name.slice(words.length))
    .filter(isNumber)
    .map(Number);

const larger = (a: number, b: number): number => Math.max(a, b);

/** Whether a folder is that of a run, and still there. */
export const isRunFolder = (folder: string): Promise<boolean> => isThere(join(folder, files.environment));

/**
 * The numbers of the runs in a folder, from the first, or behind words of others, `committee-1`; none where it is no folder. A
 * name may be a number, too.
 */
export async function numbersIn(folder: string, words = '', isOne = isRunFolder): Promise<number[]> {
  const numbers = numbersOf(await readdir(folder).catch((): string[] => []), words);
  const areThose = await Promise.all(numbers.map((number) => isOne(join(folder, `${words}${number}`))));
  return numbers.filter((_, i) => areThose[i]).sort((a, b) => a - b);
}

/** The folder of a run: `runs/relu/3`, or `runs/relu` for the newest in it. A path that is neither is left as it is. */
export async function runFolderOf(path: string): Promise<string> {
  const newest = (await numbersIn(path)).at(-1);
  return newest === undefined ? path : join(path, String(newest));
}

const isNumber = (name: string): boolean => /^[1-9]\d{0,14}$/.test(name);

/** The names of the checkpoints in a folder, the oldest first; none where it is gone. */
export async function checkpointsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error): string[] => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^epoch-\d+-step-\d+\.safetensors$/.test(name)).sort();
}
