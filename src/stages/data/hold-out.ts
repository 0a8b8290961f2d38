import { concatMap } from 'rxjs';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { exampleCount, pickExamples } from '../../core/examples.js';
import type { Counts, Examples, Split } from '../../core/kinds.js';
import { type Random, seededRandom } from '../../core/random/random.js';
import { stage } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';

/**
 * Holds some of the training examples out for validation. A network that is chosen by how well it does on them (how long
 * to train, which learning rate) can still be judged by the test examples, which no choice has seen.
 *
 *     examples: --train: 60,000----------------------------test: 10,000--|
 *               holdOut({ validation: 5000 })
 *     examples: --(train: 55,000  validation: 5,000)-------test: 10,000--|
 *
 * Which ones is drawn at random, once: the same seed holds out the same, however often the data is read. Both parts keep
 * the order of the data set. Where there are labels, each class gives its share (stratified); what does not divide is
 * given by the classes that are furthest below theirs, so that there are exactly as many as asked for.
 *
 * Memory: the examples of both parts are copied, in the type that they were read in, so MNIST's 47 MB are there twice
 * until the garbage collector has taken the first. Errors: nothing left to learn from or to hold out; a class with only
 * one example. Source: `StratifiedShuffleSplit` of scikit-learn; the remainders as Hamilton divided seats.
 */
export const holdOut = stage({
  name: 'holdOut',
  summary: 'Some of the training examples become validation examples',
  family: 'data',
  holdsOut: true,
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    validation: z
      .number()
      .positive()
      .refine((amount) => amount < 1 || Number.isSafeInteger(amount), {
        error: 'a whole number of examples, or a fraction below 1',
      })
      .describe('How many to hold out, or which fraction of them'),
    stratify: z.boolean().default(true).describe('Whether each class gives its share, where there are labels'),
  }),
  example: 'holdOut: { validation: 5000, stratify: true }',
  build({ validation, stratify }, input, { random }) {
    if (input.heldOut) throw new PipelineError('validation examples are held out already; one holdOut is enough');
    // drawn when the data come, after the weights: as NumPy's one stream would be used
    const drawn: { seed: number | null } = { seed: null };
    return {
      output: { ...input, ...countsAfter(validation, input.counts), heldOut: true },
      operator: concatMap((examples: Examples): Examples[] => {
        if (examples.split !== 'train') return [examples];
        const n = exampleCount(examples);
        const labels = stratify ? examples.labels : undefined;
        drawn.seed ??= Math.floor(random.uniform() * 2 ** 32);
        const held = drawHeldOut(n, countOf(validation, n), seededRandom(drawn.seed).stream('holdOut'), labels);
        const partOf = (split: Split, mark: 0 | 1): Examples => {
          const rows = Array.from(held.keys()).filter((row) => held[row] === mark);
          return { ...pickExamples(examples, rows), split };
        };
        return [partOf('train', 0), partOf('validation', 1)];
      }),
      state: stateOf(drawn),
      ...(input.counts?.train === undefined && { unchecked: 'how many train examples there are' }),
    };
  },
});

/** What is known of the counts behind it: all of it holds for any number of examples up to what is known. */
function countsAfter(validation: number, counts: Counts = {}): { readonly counts: Counts } {
  const { train } = counts;
  if (train === undefined) return { counts };
  const held = countOf(validation, train);
  return { counts: { ...counts, train: train - held, validation: held } };
}

/** How many of n examples to hold out. */
function countOf(validation: number, n: number): number {
  const count = validation < 1 ? Math.round(validation * n) : validation;
  if (count === 0) throw new PipelineError(`holdOut: ${validation} of ${n} training examples is less than one`);
  if (count >= n) {
    throw new PipelineError(
      `holdOut cannot take ${count} of ${n} training examples: some must be left to learn from; ` +
        'hold fewer out, or a fraction, as 0.1',
    );
  }
  return count;
}

/** [n] 1 for an example that is held out, else 0. Without labels, all are of one class. */
function drawHeldOut(n: number, count: number, random: Random, labels: Examples['labels'] | undefined): Uint8Array {
  const held = new Uint8Array(n);
  const classOf = (row: number) => labels?.[row] ?? 0;
  const wanted = sharesOf(
    Array.from({ length: n }, (_, row) => classOf(row)),
    count,
  );
  for (const row of random.permutation(n)) {
    const more = wanted.get(classOf(row)) ?? 0;
    if (more === 0) continue;
    held[row] = 1;
    wanted.set(classOf(row), more - 1);
  }
  return held;
}

/** How many of each class to hold out: its share rounded down, and one more for the largest remainders. */
function sharesOf(classes: readonly number[], count: number): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const label of classes) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const shares = [...sizes].map(([label, size]) => {
    if (size === 1) {
      throw new PipelineError(
        `holdOut keeps the share of every class, but there is only one example of class ${label}; ` +
          'add some, or hold out without regard to classes: stratify: false',
      );
    }
    const exact = (count * size) / classes.length;
    return { label, whole: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  const missing = count - shares.reduce((sum, { whole }) => sum + whole, 0);
  shares.sort((a, b) => b.remainder - a.remainder || a.label - b.label);
  return new Map(shares.map(({ label, whole }, i) => [label, whole + (i < missing ? 1 : 0)]));
}
