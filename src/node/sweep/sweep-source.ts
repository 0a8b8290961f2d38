/** The pipeline file of a sweep as it was when the sweep began: it goes on with that, whatever becomes of the files. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import type { BaseFiles } from '../../core/pipeline-file/bases.js';
import type { SweepOverrides } from '../../core/pipeline-file/pipeline-file.js';
import {
  baseFiles,
  type LoadOptions,
  parsePipeline,
  type Resolver,
  readGivenText,
  resolverOf,
} from '../load-pipeline.js';
import { shownPath } from '../shown-path.js';

export const sweepSource = z.strictObject({
  /** Where the file was; its paths are seen from there. */
  path: z.string(),
  text: z.string(),
  /** The files that it extends, by their paths. */
  bases: z.record(z.string(), z.string()),
  /** The variables that it names. */
  variables: z.record(z.string(), z.string()),
  set: z.array(z.string()),
  swap: z.array(z.string()),
  over: z.array(z.string()),
});

export type SweepSource = z.output<typeof sweepSource>;

/** What a sweep is made of: the base, and by its trials' values, each of them. */
export interface OpenSource {
  readonly source: SweepSource;
  readonly resolver: Resolver;
}

export type SourceOptions = LoadOptions & Pick<SweepOverrides, 'over'>;

/** @throws PipelineError when the file cannot be read, or is no pipeline file, or names plug-ins and may not. */
export async function openSource(path: string, options: SourceOptions): Promise<OpenSource> {
  const { set = [], swap = [], over = [], variables = process.env, plugins } = options;
  const bases: Record<string, string> = {};
  const recording: BaseFiles = {
    ...baseFiles,
    async read(base) {
      const text = await baseFiles.read(base);
      bases[resolve(base)] = text;
      return text;
    },
  };
  const text = options.text ?? (await readGivenText(path));
  const parsed = await parsePipeline(path, { ...options, text }, recording);
  const named = new Set([text, ...Object.values(bases), ...set, ...over].flatMap(variablesIn));
  const known = [...named].flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]]));
  return {
    source: {
      path: resolve(path),
      text,
      bases,
      variables: Object.fromEntries(known),
      set: [...set],
      swap: [...swap],
      over: [...over],
    },
    resolver: await resolverOf(parsed, plugins),
  };
}

/** Opens one again, as it was. */
export async function reopenSource(source: SweepSource, plugins?: boolean): Promise<OpenSource> {
  const { path, bases, ...options } = source;
  const kept: BaseFiles = {
    ...baseFiles,
    async read(base) {
      const text = bases[resolve(base)];
      if (text === undefined) throw new PipelineError('it is not kept with the sweep');
      return text;
    },
  };
  const parsed = await parsePipeline(shownPath(path), options, kept);
  return { source, resolver: await resolverOf(parsed, plugins) };
}

const variablesIn = (text: string): string[] => Array.from(text.matchAll(/\$\{\s*([A-Za-z_]\w*)/g), ([, name]) => name);
