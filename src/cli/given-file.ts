/** The pipeline file that a command is given: a path, or `-` for standard input. */
import { text } from 'node:stream/consumers';
import { PipelineError } from '../core/errors.js';
import { type LoadedPipeline, type LoadOptions, loadPipeline } from '../node/load-pipeline.js';

/** How standard input is called in places, `<stdin>:3:1`. Paths in the file are seen from the working directory. */
export const STDIN = '<stdin>';

/** What is read before a file can be loaded: standard input belongs to the main thread. */
export async function readGiven(file: string): Promise<Pick<LoadOptions, 'text'>> {
  if (file !== STDIN) return {};
  if (process.stdin.isTTY) process.stderr.write('reading a pipeline file from the terminal; Ctrl-D ends it\n');
  const given = await text(process.stdin);
  if (given.includes('\0') || given.includes('\ufffd')) {
    throw new PipelineError(`${STDIN}:1:1: this is not UTF-8 text, expected a pipeline file`);
  }
  return { text: given };
}

/** @throws as `loadPipeline` */
export const loadGiven = async (file: string, options: LoadOptions): Promise<LoadedPipeline> =>
  loadPipeline(file, { ...options, ...(await readGiven(file)) });
