/** What is done with the file of a sweep, or of a committee, before many processes train what is made of it. */
import type { Examples } from '../../core/kinds.js';
import { type DataOptions, openDataOf } from '../environment.js';
import type { LoadedPipeline } from '../load-pipeline.js';
import { readExamples } from '../read-examples.js';
import { type CheckedFiles, checksumsOf, requireSameFiles } from '../run-environment.js';
import { untilAborted } from '../until-aborted.js';

export interface ReadBaseOptions extends DataOptions {
  /** Called with the examples. */
  readonly onData?: ((examples: readonly Examples[]) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the data once, so that they are decoded, and seen to be right, before many processes do so.
 *
 * @param before what the files were before, where that is known
 * @returns the files that were read
 * @throws DataError when they cannot be read, or are others than before.
 */
export async function readBase(
  base: LoadedPipeline,
  { onData, signal = new AbortController().signal, ...options }: ReadBaseOptions,
  before: CheckedFiles = [],
): Promise<CheckedFiles> {
  const read = new Map<string, string | undefined>();
  const onRead = (file: string, sha256?: string): void => void read.set(file, sha256);
  const opened = openDataOf(base, { ...options, onRead });
  const examples = await untilAborted(signal, opened.then(readExamples));
  const data = await checksumsOf(read);
  requireSameFiles(data, before, 'data files');
  onData?.(examples);
  return data;
}

/** On how many threads each is trained: one, where the file leaves it open. */
export const threadsEach = ({ definition }: LoadedPipeline): number => {
  const { threads = 'auto' } = definition;
  return threads === 'auto' ? 1 : threads;
};
