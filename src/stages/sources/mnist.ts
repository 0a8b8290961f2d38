import { concatMap, defer, map, of } from 'rxjs';
import * as z from 'zod';
import { MissingDataError, PipelineError } from '../../core/errors.js';
import { readLabelled } from '../../core/families/labelled-images.js';
import { findMnist, MNIST, type MnistFiles, SHAPE, specFrom } from '../../core/families/mnist-files.js';
import type { Examples, SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';
import { digits } from './digits.js';

const expected = { shape: SHAPE, reason: 'as MNIST has' };

/**
 * MNIST: 60,000 handwritten digits to learn from, 10,000 to be judged by, 28 x 28 bytes each.
 *
 *     splits:   --train---test---|
 *               mnist()
 *     examples: ---60,000--10,000|
 *
 * Reads the folder given by `--data` or MARBLENET_DATA; where none is given, the cache, which a download fills. Where it
 * cannot be downloaded, `fallback: digits` goes on with drawn digits, and says so wherever it names the data.
 *
 * Errors: a given folder without the files; no fallback and nowhere to be had; a file that is broken.
 * Source: LeCun, Cortes and Burges.
 */
export const mnist = stage({
  name: 'mnist',
  summary: '70,000 handwritten digits: local folder, else cache, else download',
  family: 'sources',
  from: 'split',
  to: 'examples',
  readsDataFolder: true,
  options: z.strictObject({
    fallback: z.enum(['digits']).optional().describe('What to learn from where MNIST cannot be had'),
  }),
  example: 'mnist: { fallback: digits }',
  build({ fallback }, input, context) {
    const { host } = context;
    if (host === undefined) throw new PipelineError('mnist reads files; run it in a pipeline');
    const drawn = digits().build(input, context).operator;

    // Asked once for both splits: train and test never come from different places.
    let located: Promise<MnistFiles | MissingDataError> | undefined;
    const locate = () => {
      located ??= findMnist(host).catch((error) => {
        if (fallback === 'digits' && error instanceof MissingDataError) return error;
        throw error;
      });
      return located;
    };

    const standIn = (split: SourceSplit, reason: string) =>
      of(split).pipe(
        drawn,
        map((examples: Examples) => ({ ...examples, origin: { ...examples.origin, fallbackFor: 'mnist', reason } })),
      );

    return {
      output: specFrom('mnist'),
      operator: concatMap((split: SourceSplit) =>
        defer(locate).pipe(
          concatMap((found) =>
            found instanceof MissingDataError
              ? standIn(split, found.reason)
              : readLabelled(host, found[split], { split, expected, origin: found.origin, title: MNIST.title }),
          ),
        ),
      ),
    };
  },
});
