import { type ParsedPipelineFile, readPipelineFile } from 'marblenet/page';
import { plainPath } from './plain-path.js';
import type { GivenFile } from './protocol.js';

/** The files of the page, by the paths that pipelines have for them. */
export type HeldFiles = ReadonlyMap<string, Blob>;

/**
 * Reads a pipeline file, and those of the page that it extends.
 *
 * @throws PipelineError when one of them is wrong, or is not there.
 */
export const readGiven = ({ name, text }: GivenFile, held: HeldFiles): Promise<ParsedPipelineFile> =>
  readPipelineFile(text, name, {
    pathFrom: (_, named) => plainPath(named),
    async read(path) {
      const file = held.get(path);
      if (file === undefined) throw new Error('this page has no such file: drop it under Data');
      return file.text();
    },
  });
