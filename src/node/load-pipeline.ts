/** Reading a pipeline file from disk, with its plug-ins. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { MarblenetError, messageOf, nearestTo, PipelineError } from '../core/errors.js';
import type { BaseFiles } from '../core/pipeline-file/bases.js';
import {
  type Overrides,
  type ParsedPipelineFile,
  type PipelineFile,
  type ResolveOptions,
  readPipelineFile,
  resolvePipelineFile,
  type SweepOverrides,
} from '../core/pipeline-file/pipeline-file.js';
import { type Catalogue, catalogueWith, pluginsOf } from './plugins.js';
import { NotAFileError, readRegularFile } from './regular-file.js';
import { codeOf, reasonOf } from './system-error.js';

/** A pipeline file, and the stages that it may name. */
export interface LoadedPipeline extends PipelineFile {
  readonly catalogue: Catalogue;
}

export interface LoadOptions extends Overrides {
  /** Whether the file may name plug-ins, which are code that runs as soon as they are loaded. Default true. */
  readonly plugins?: boolean;
  /** The text of the file where it has been read already. The path is then its name, and where its paths are seen from. */
  readonly text?: string;
}

/**
 * What a file says, with those that it extends, before anything is known of its plug-ins.
 *
 * @throws PipelineError when the file cannot be read, or is no pipeline file.
 */
export async function parsePipeline(
  path: string,
  options: LoadOptions & SweepOverrides = {},
  bases: BaseFiles = baseFiles,
): Promise<ParsedPipelineFile> {
  const text = options.text ?? (await readGivenText(path));
  return readPipelineFile(text, path, bases, { variables: process.env, ...options });
}

/** @throws PipelineError when the file cannot be read, or is wrong, or names plug-ins and may not. */
export async function loadPipeline(path: string, options: LoadOptions = {}): Promise<LoadedPipeline> {
  const resolveFile = await resolverOf(await parsePipeline(path, options), options.plugins);
  return resolveFile();
}

/** @throws PipelineError when the file cannot be read. */
export const readGivenText = (path: string): Promise<string> => readText(path).catch(wrongIn(path));

/** A parsed file as it is loaded, or a trial of its sweep; by default, with its paths as they are read from any folder. */
export type Resolver = (options?: ResolveOptions) => LoadedPipeline;

/**
 * Loads the plug-ins of a parsed file.
 *
 * @param plugins whether it may name some
 * @throws PipelineError when it names plug-ins and may not, or one is wrong; and what it returns throws one when the file is wrong.
 */
export async function resolverOf(parsed: ParsedPipelineFile, plugins = true): Promise<Resolver> {
  const named = pluginsOf(parsed);
  if (!plugins && named.length > 0) {
    throw new PipelineError(`${named[0].place}: the file names plug-ins, and they were refused (--no-plugins)`);
  }
  const catalogue = await catalogueWith(named);
  return (options) => ({ ...resolvePipelineFile(parsed, catalogue.registry, { rebase, ...options }), catalogue });
}

/** A path that a file names, as it is read from any folder. */
export const rebase = (named: string, file: string): string => resolve(dirname(file), named);

/**
 * The pipeline file, those that it extends, and its plug-ins: what a run reads before its data. Where one of them is wrong,
 * as many as are named up to there.
 */
export async function filesOf(path: string, options: LoadOptions = {}): Promise<string[]> {
  const found = [path];
  const read = (base: string): Promise<string> => {
    found.push(base);
    return readText(base);
  };
  try {
    const plugins = pluginsOf(await parsePipeline(path, options, { ...baseFiles, read }));
    found.push(...plugins.map(({ file }) => file));
  } catch (error) {
    if (!(error instanceof MarblenetError)) throw error; // what is wrong is said when the file is loaded
  }
  return found;
}

/** As they are on this disk. */
export const baseFiles: BaseFiles = {
  pathFrom: (file, named) => (isAbsolute(named) ? named : join(dirname(file), named)),
  read: readText,
};

/** What could be read has a first line; what is not there has none. */
const wrongIn = (path: string) => async (error: unknown) => {
  const problem = messageOf(error);
  const meant = problem === problems.ENOENT ? await namedAlike(path) : undefined;
  const advice = meant === undefined ? '' : `; did you mean ${meant}?`;
  throw new PipelineError(`${path}${problem === notText ? ':1:1' : ''}: ${problem}${advice}`, { cause: error });
};

/** A pipeline file of such a name: in the same folder, or, where none is given, in `pipelines`. */
async function namedAlike(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  for (const each of path === basename(path) ? [folder, 'pipelines'] : [folder]) {
    const names = (await readdir(each).catch((): string[] => [])).filter((name) => YAML.test(name));
    const wanted = basename(path).replace(YAML, '');
    const nearest = nearestTo(
      wanted,
      names.map((name) => name.replace(YAML, '')),
    );
    const name = names.find((other) => other.replace(YAML, '') === nearest);
    if (name !== undefined) return join(each, name);
  }
  return undefined;
}

const YAML = /\.ya?ml$/;

/** @throws PipelineError that says what is wrong, without the path. */
async function readText(path: string): Promise<string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readRegularFile(path));
    if (text.includes('\0')) throw new Error(notText);
    return text;
  } catch (error) {
    const problem =
      error instanceof NotAFileError
        ? `this is ${error.found}, expected a pipeline file`
        : (problems[codeOf(error) ?? ''] ?? reasonOf(error));
    throw new PipelineError(problem, { cause: error });
  }
}

const notText = 'this is not UTF-8 text, expected a pipeline file';

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ERR_ENCODING_INVALID_ENCODED_DATA: notText,
};
