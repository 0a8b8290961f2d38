import * as z from 'zod';
import { NotKnownError, PipelineError } from '../../core/errors.js';
import type { PlacedArray, SplitArrays } from '../../core/families/array-source.js';
import { readingArrays } from '../../core/families/array-stage.js';
import { type StreamOption, streamedAbove, streamOption } from '../../core/families/stream-option.js';
import { filePath } from '../../core/file-path.js';
import type { Host } from '../../core/host.js';
import type { SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

const files = z.strictObject({
  features: filePath().describe('The samples, [n, ...]'),
  labels: filePath().describe('[n] whole numbers: classes; [n] or [n, m] others: real values'),
});

/**
 * Arrays that NumPy saved, `np.save('x_train.npy', x)`: one file of samples and one of labels a split.
 *
 *     splits:   --train---test---|
 *               npy({ train: { features: 'x_train.npy', labels: 'y_train.npy' } })
 *     examples: ---60,000--|
 *
 * All types of numbers are read, in either byte order and either order of axes; bytes stay bytes. Labels are classes where
 * their type is one of whole numbers, real values where it is not: a column of ages is saved as `y.astype('f4')`.
 *
 * Samples of more than 1 GiB, or with `stream: true` any, are read while they are learned from, as `idx` does: bytes, whole
 * numbers of 32 bits and floats of 32 and 64, in row order. Others have to fit into memory.
 *
 * Errors: pickles, which are programs, are never loaded; arrays that differ in length; another kind of file.
 */
export const npy = stage({
  name: 'npy',
  summary: 'Arrays that NumPy saved, a file each',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: z.strictObject({
    train: files.describe('The files to learn from'),
    test: files
      .optional()
      .describe('The files to be judged by; without them, holdOut: { test: 0.2 } takes some of train'),
    stream: streamOption,
  }),
  example: `npy:
  train: { features: x_train.npy, labels: y_train.npy }
  test: { features: x_test.npy, labels: y_test.npy }
  stream: auto`,
  async open(options, host, splits) {
    const arrays = new Map<SourceSplit, SplitArrays>();
    for (const split of splits) {
      const files = options[split];
      if (files === undefined) {
        throw new PipelineError(
          'npy has no files for test:; give it some, or take some of train: holdOut: { test: 0.2 }',
        );
      }
      const [features, labels] = await Promise.all([
        readFeatures(files.features, host, options.stream),
        read(files.labels, host),
      ]);
      arrays.set(split, { features, labels });
    }
    return readingArrays('npy', arrays);
  },
  build({ train }) {
    throw new NotKnownError('the shape of a sample', `${train.features} says it`);
  },
});

async function readFeatures(path: string, host: Host, stream: StreamOption): Promise<PlacedArray> {
  const file = await host.openNpyRows?.(path, streamedAbove(stream));
  if (file === undefined) return read(path, host);
  return { path, shape: [file.count, ...file.shape], data: file.create(0), isWhole: false, stream: { file } };
}

async function read(path: string, host: Host): Promise<PlacedArray> {
  if (host.readNpy === undefined) throw new PipelineError('npy: what runs this pipeline reads no arrays');
  return { path, ...(await host.readNpy(path)) };
}
