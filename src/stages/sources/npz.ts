import * as z from 'zod';
import { DataError, didYouMean, NotKnownError, PipelineError } from '../../core/errors.js';
import type { PlacedArray, SplitArrays } from '../../core/families/array-source.js';
import { readingArrays } from '../../core/families/array-stage.js';
import { filePath } from '../../core/file-path.js';
import type { NumberArray } from '../../core/host.js';
import type { SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';

const names = z.strictObject({
  features: z.string().optional().describe('Name of the samples'),
  labels: z.string().optional().describe('Name of the labels'),
});

/** What programs call them: Keras, scikit-learn, MedMNIST and others. */
const USUAL: Readonly<Record<SourceSplit, Readonly<Record<'features' | 'labels', readonly string[]>>>> = {
  train: {
    features: ['x_train', 'X_train', 'train_images', 'train_x', 'x', 'X', 'images', 'features', 'data'],
    labels: ['y_train', 'Y_train', 'train_labels', 'train_y', 'y', 'Y', 'labels', 'targets', 'target'],
  },
  test: {
    features: ['x_test', 'X_test', 'test_images', 'test_x'],
    labels: ['y_test', 'Y_test', 'test_labels', 'test_y'],
  },
};

/**
 * An archive of arrays that NumPy saved, `np.savez('digits.npz', x_train=x, y_train=y)`, packed or not.
 *
 *     splits:   --train---test---|
 *               npz({ file: 'digits.npz' })
 *     examples: ---60,000--10,000|
 *
 * The usual names are found: `x_train`, `y_train`, `x_test`, `y_test` of Keras, `train_images` and so on, or `x` and `y`
 * alone. Others are named: `train: { features: inputs, labels: answers }`. Types and labels are as with `npy`.
 *
 * Errors: no array of such a name, with those that there are; and as with `npy`.
 */
export const npz = stage({
  name: 'npz',
  summary: 'An archive of arrays that NumPy saved',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: z.strictObject({
    file: filePath().describe('The archive'),
    train: names.optional().describe('What the arrays to learn from are called, where it is nothing usual'),
    test: names.optional().describe('What those to be judged by are called'),
  }),
  example: 'npz: { file: digits.npz }',
  async open({ file, ...given }, host, splits) {
    if (host.readNpz === undefined) throw new PipelineError('npz: what runs this pipeline reads no arrays');
    const arrays = await host.readNpz(file);
    const found = splits.map((split): [SourceSplit, SplitArrays] => {
      const one = (what: 'features' | 'labels') => arrayOf(arrays, file, split, what, given[split]?.[what]);
      return [split, { features: one('features'), labels: one('labels') }];
    });
    return readingArrays('npz', new Map(found));
  },
  build({ file }) {
    throw new NotKnownError('the shape of a sample', `${file} says it`);
  },
});

function arrayOf(
  arrays: ReadonlyMap<string, NumberArray>,
  file: string,
  split: SourceSplit,
  what: 'features' | 'labels',
  given: string | undefined,
): PlacedArray {
  const names = given === undefined ? USUAL[split][what] : [given];
  const name = names.find((candidate) => arrays.has(candidate));
  const array = name === undefined ? undefined : arrays.get(name);
  if (name !== undefined && array !== undefined) return { path: `${file}: ${name}`, ...array };
  const known = [...arrays.keys()];
  const hint = given === undefined ? '' : didYouMean(given, known);
  const wanted = given ?? `one of ${names.slice(0, 4).join(', ')}`;
  const advice =
    split === 'test' ? '; or take some of train: holdOut: { test: 0.2 }' : `; name it: ${split}: { ${what}: NAME }`;
  throw new DataError(
    file,
    `found the arrays ${known.join(', ')}, expected ${wanted} for the ${what} of ${split}${hint}${advice}`,
  );
}
