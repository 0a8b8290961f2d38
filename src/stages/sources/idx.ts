import { concatMap } from 'rxjs';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { readLabelled } from '../../core/families/labelled-images.js';
import type { SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

const files = z.strictObject({
  images: z.string().min(1).describe('IDX file of the samples, raw or gzip'),
  labels: z.string().min(1).describe('IDX file of their labels, raw or gzip'),
});

/**
 * Any pair of IDX files a split: Fashion-MNIST, KMNIST, EMNIST, or your own.
 *
 *     splits:   --train---test---|
 *               idx({ train: {...}, test: {...} })
 *     examples: ---60,000--10,000|
 *
 * An IDX file is a header (type, sizes) and then the numbers, nothing else. Unsigned bytes, 32-bit integers and floats
 * are read; paths are seen from the pipeline file's folder.
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
    shape: z.array(z.int().min(1)).default([28, 28]).describe('The shape of one sample'),
  }),
  example: `idx:
  shape: [28, 28]
  train: { images: train-images.gz, labels: train-labels.gz }
  test: { images: test-images.gz, labels: test-labels.gz }`,
  build({ shape, ...files }, _, { host }) {
    if (host === undefined) throw new PipelineError('idx reads files; run it in a pipeline');
    return {
      output: { kind: 'examples', shape, classes: undefined },
      operator: concatMap((split: SourceSplit) =>
        readLabelled(host, files[split], { split, shape, origin: { source: 'idx', path: files[split].images } }),
      ),
    };
  },
});
