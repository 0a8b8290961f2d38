import { concatMap, last, type Observable } from 'rxjs';
import * as z from 'zod';
import { drawDigit } from '../../core/digits/handwriting.js';
import type { Examples, SourceSplit } from '../../core/kinds.js';
import { paced } from '../../core/scheduler.js';
import { stage } from '../../core/stage.js';

const shape = [28, 28];
const PIXELS = 28 * 28;

/**
 * Digits drawn by this program: pen strokes in several handwriting styles, slanted, turned, stretched and wobbled at
 * random. As many as you like, no file, no network, and the same seed draws the same digits.
 *
 *     splits:   --train-----test---|
 *               digits({ train: 20000, test: 2000 })
 *     examples: ----20,000----2,000|
 *
 * The labels go round, 0 to 9 and again. A network that has seen nothing else reads most of real MNIST.
 */
export const digits = stage({
  name: 'digits',
  summary: 'Digits drawn by this program: no file, no network',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: z.strictObject({
    train: z.int().min(1).max(1_000_000).default(20_000).describe('How many to learn from'),
    test: z.int().min(1).max(1_000_000).default(2_000).describe('How many to be judged by'),
  }),
  example: 'digits: { train: 20000, test: 2000 }',
  build(counts, _, { random, scheduler }) {
    function* drawAll(split: SourceSplit): Generator<Examples> {
      const count = counts[split];
      const features = new Uint8Array(count * PIXELS);
      const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
      const examples: Examples = {
        split,
        epoch: 1,
        shape,
        features,
        scaling: { mean: 0, std: 1 },
        labels,
        classes: undefined,
        origin: { source: 'digits' },
      };
      for (let i = 0; i < count; i++) {
        drawDigit(labels[i], random, features.subarray(i * PIXELS, (i + 1) * PIXELS));
        yield examples; // a place to take a turn of the event loop; only the last, complete one goes on
      }
    }
    return {
      output: {
        kind: 'examples',
        shape,
        classes: undefined,
        labels: { classes: 10, from: 'digits' },
        counts,
        features: 'bytes',
      },
      operator: concatMap((split: SourceSplit): Observable<Examples> => paced(drawAll(split), scheduler).pipe(last())),
    };
  },
});
