import { concatMap, defer } from 'rxjs';
import { PipelineError } from '../../core/errors.js';
import { readLabelled } from '../../core/families/labelled-images.js';
import { FASHION_MNIST, findFiles, type MnistFiles, SHAPE, specFrom } from '../../core/families/mnist-files.js';
import type { SourceSplit } from '../../core/kinds.js';
import { noOptions, stage } from '../../core/stage.js';

const expected = { shape: SHAPE, reason: 'as Fashion-MNIST has' };
const { title } = FASHION_MNIST;
const classNames = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

/**
 * Fashion-MNIST: 60,000 pictures of clothes to learn from, 10,000 to be judged by, 28 x 28 bytes each, of ten kinds. As large
 * as MNIST, and harder: what reads digits at 98 % reads these at 89 %.
 *
 *     splits:   --train---test---|
 *               fashionMnist()
 *     examples: ---60,000--10,000|
 *
 * Reads the folder given by `--data` or MARBLENET_DATA; where none is given, that of Debian's package
 * `dataset-fashion-mnist`, else the cache, which a download fills. Its files have the names of MNIST's: those of another set are
 * read, and named in a remark.
 *
 * Errors: a given folder without the files, a file that is broken, nowhere to be had. Source: Xiao, Rasul and Vollgraf (2017).
 */
export const fashionMnist = stage({
  name: 'fashionMnist',
  summary: '70,000 pictures of clothes of ten kinds, as large as MNIST and harder',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: noOptions,
  example: 'fashionMnist',
  readsDataFolder: true,
  build(_, __, { host }) {
    if (host === undefined) throw new PipelineError('fashionMnist reads files; run it in a pipeline');
    // Asked for once for both splits: train and test never come from different places.
    let located: Promise<MnistFiles> | undefined;
    const locate = () => {
      located ??= findFiles(host, FASHION_MNIST, 'fashionMnist');
      return located;
    };
    return {
      output: specFrom('fashionMnist'),
      operator: concatMap((split: SourceSplit) =>
        defer(locate).pipe(
          concatMap((found) =>
            readLabelled(host, found[split], { split, expected, origin: found.origin, title, classNames }),
          ),
        ),
      ),
    };
  },
});
