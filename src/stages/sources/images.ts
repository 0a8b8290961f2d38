import { concatMap } from 'rxjs';
import * as z from 'zod';
import type { Build } from '../../core/contract.js';
import { PipelineError } from '../../core/errors.js';
import { readLabelledPictures } from '../../core/families/labelled-pictures.js';
import { type LabelledPictures, type ListedPictures, listPictures } from '../../core/families/picture-list.js';
import { filePath } from '../../core/file-path.js';
import type { SourceSplit } from '../../core/kinds.js';
import { shapeOfForm } from '../../core/picture-form.js';
import { stage } from '../../core/stage.js';

const options = z.strictObject({
  train: filePath().describe('Pictures to learn from: a folder that has one more for each class, or a table of paths'),
  test: filePath()
    .optional()
    .describe('Pictures to be judged by; without them, holdOut: { test: 0.2 } takes some of train'),
  size: z.array(z.int().min(1).max(4096)).length(2).describe('[H, W], height and width of a sample in pixels'),
  channels: z.literal([1, 3]).default(1).describe('1 is grey; 3 are red, green and blue'),
  fit: z
    .enum(['cover', 'contain', 'digit'])
    .default('cover')
    .describe('Fill the sample and cut what is over; put all of it on black; or make a digit as MNIST has them'),
  onBroken: z.enum(['error', 'skip']).default('error').describe('What becomes of pictures that cannot be read'),
  path: z.string().default('path').describe('Column of a table: paths of pictures, seen from its folder'),
  target: z.string().default('label').describe('Column of a table: what the class of each is called'),
});

/**
 * Pictures of your own, PNG or JPEG: a folder a class.
 *
 *     splits:   --train--test----|
 *               images({ train: 'pets/train', test: 'pets/test', size: [28, 28] })
 *     examples: --25,000--5,000--|
 *
 * The class of a picture is called as its folder is, `pets/train/cat/1.jpg`; or as the column `label` of a table says, `train:
 * pets.csv`, beside the column `path`. Every picture becomes a sample of one size, bytes from 0 to 255, upright as its camera
 * was held: [H, W] in grey, [H, W, 3] in colour. The model remembers how, and `predict` makes the same of a picture.
 *
 * Pictures are read class by class in the order of their names, and decoded on other threads. Memory: H W C bytes a picture.
 *
 * Errors: a picture that is broken, with its path (`onBroken: skip` leaves it out, and says so); a folder without pictures; a
 * class that train has not; more pictures than fit into memory.
 */
export const images = stage({
  name: 'images',
  summary: 'Pictures of your own, PNG or JPEG: a folder a class',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options,
  example: `images:
  train: pictures/train
  test: pictures/test
  size: [28, 28]`,
  async open(options, host, splits) {
    return reading(options, await listPictures(host, picturesOf(options), splits));
  },
  build: (options, input, context) => reading(options)(input, context),
});

function picturesOf({ size: [height, width], channels, fit, ...given }: z.output<typeof options>): LabelledPictures {
  if (fit === 'digit' && (height !== 28 || width !== 28 || channels !== 1)) {
    throw new PipelineError(
      'images: fit: digit makes digits as MNIST has them: give it size: [28, 28] and channels: 1',
    );
  }
  return { ...given, form: { size: [height, width], channels, fit } };
}

function reading(given: z.output<typeof options>, opened?: ListedPictures): Build<'split', 'examples'> {
  const pictures = picturesOf(given);
  const known = opened && {
    labels: { classes: opened.classNames.length, from: given.train },
    counts: Object.fromEntries([...opened.splits].map(([split, { paths }]) => [split, paths.length])),
  };
  return (_, { host }) => {
    if (host === undefined) throw new PipelineError('images reads files; run it in a pipeline');
    const shape = shapeOfForm(pictures.form);
    return {
      output: { kind: 'examples', shape, classes: undefined, features: 'bytes', ...known },
      operator: concatMap((split: SourceSplit) => readLabelledPictures(host, pictures, split, opened)),
    };
  };
}
