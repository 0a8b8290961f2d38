import { concatMap } from 'rxjs';
import * as z from 'zod';
import type { Build } from '../../core/contract.js';
import { NotKnownError, PipelineError } from '../../core/errors.js';
import {
  checkedLabels,
  classesOf,
  type ExpectedShape,
  type LabelledFiles,
  type OpenedFiles,
  openLabelled,
  readLabelled,
} from '../../core/families/labelled-images.js';
import { type StreamOption, streamOption } from '../../core/families/stream-option.js';
import { filePath } from '../../core/file-path.js';
import type { SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';
import type { Shape } from '../../core/tensor.js';

const files = z.strictObject({
  images: filePath().describe('IDX file of the samples, raw or gzip'),
  labels: filePath().describe('IDX file of their labels, raw or gzip'),
});

/**
 * Any pair of IDX files a split: Fashion-MNIST, KMNIST, EMNIST, or your own.
 *
 *     splits:   --train---test---|
 *               idx({ train: {...}, test: {...} })
 *     examples: ---60,000--10,000|
 *
 * An IDX file is a header (type, sizes) and then the numbers, nothing else. All types of the format are read: bytes, whole
 * numbers of 8, 16 and 32 bits, floats of 32 and 64; paths are seen from the pipeline file's folder. The shape of a sample, and how many classes there are, stand
 * in the files and need not be said; a shape that is said lets `pipeline lint` check without them, and is checked.
 *
 * Samples of more than 1 GiB are not read whole: `shuffleBatch` takes blocks of them in random order, shuffles those that fill
 * its `buffer`, and reads the next ones meanwhile. A packed file is unpacked to the cache, once. `stream: true` does so with
 * smaller ones.
 *
 * Errors: a file that is missing, empty, not IDX, cut short or too long, and files that do not belong together, each
 * with the path and the byte.
 */
export const idx = stage({
  name: 'idx',
  summary: 'Any pair of IDX files, raw or gzip',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: z.strictObject({
    train: files.describe('The files to learn from'),
    test: files.describe('The files to be judged by'),
    shape: z.array(z.int().min(1)).optional().describe('The shape of one sample; as the files say if left out'),
    stream: streamOption,
  }),
  example: `idx:
  train: { images: train-images.gz, labels: train-labels.gz }
  test: { images: test-images.gz, labels: test-labels.gz }
  shape: [28, 28]
  stream: auto`,
  async open({ shape, stream, ...files }, host, splits) {
    const opened = new Map<SourceSplit, OpenedFiles>();
    let expected = shape && stated(shape);
    for (const split of splits) {
      const pair = await openLabelled(host, files[split]);
      checkedLabels(pair, expected);
      expected ??= { shape: pair.images.shape.slice(1), reason: `as in ${pair.images.path}` };
      opened.set(split, pair);
    }
    return reading(files, expected, stream, opened);
  },
  build({ shape, stream, ...files }, input, context) {
    return reading(files, shape && stated(shape), stream)(input, context);
  },
});

/** What is mostly done with whole numbers of other sizes is not known. */
const featuresOf = {
  uint8: 'bytes',
  int8: undefined,
  int16: undefined,
  int32: undefined,
  float32: 'floats',
  float64: 'floats',
} as const;

const stated = (shape: Shape): ExpectedShape => ({ shape, reason: 'as shape: says' });

function reading(
  files: Readonly<Record<SourceSplit, LabelledFiles>>,
  expected: ExpectedShape | undefined,
  stream: StreamOption,
  opened: ReadonlyMap<SourceSplit, OpenedFiles> = new Map(),
): Build<'split', 'examples'> {
  const known = opened.size > 0 && {
    labels: classesOf([...opened.values()]),
    features: featuresOf[opened.get('train')?.images.type ?? 'int32'],
    counts: Object.fromEntries([...opened].map(([split, { images }]) => [split, images.shape[0]])),
  };
  return (_, { host }) => {
    if (host === undefined) throw new PipelineError('idx reads files; run it in a pipeline');
    if (expected === undefined) throw new NotKnownError('the shape of a sample', 'give idx its shape: [28, 28]');
    return {
      output: { kind: 'examples', shape: expected.shape, classes: undefined, ...known },
      operator: concatMap((split: SourceSplit) => {
        const origin = { source: 'idx', path: files[split].images };
        return readLabelled(host, files[split], { split, origin, expected, stream }, opened.get(split));
      }),
    };
  };
}
