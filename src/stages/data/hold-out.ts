import { concatMap } from 'rxjs';
import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { exampleCount, pickExamples } from '../../core/examples.js';
import type { Counts, Examples } from '../../core/kinds.js';
import { type Random, seededRandom } from '../../core/random/random.js';
import { stage } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';

const amount = z
  .number()
  .positive()
  .refine((amount) => amount < 1 || Number.isSafeInteger(amount), {
    error: 'a whole number of examples, or a fraction below 1',
  })
  .optional();

/**
 * Holds some of the training examples out: for validation, and for the test where the data have no examples of their own for
 * it. A network that is chosen by how well it does on the first (how long to train, which learning rate) can still be judged
 * by the second, which no choice has seen.
 *
 *     examples: --train: 60,000----------------------------test: 10,000--|
 *               holdOut({ validation: 5000 })
 *     examples: --(train: 55,000  validation: 5,000)-------test: 10,000--|
 *
 * Which ones is drawn at random, once: the same seed holds out the same, however often the data is read. All parts keep
 * the order of the data set. Where there are labels, each class gives its share (stratified); what does not divide is
 * given by the classes that are furthest below theirs, so that there are exactly as many as asked for. A fraction is one of
 * all training examples.
 *
 * Memory: the examples of all parts are copied, in the type that they were read in, so MNIST's 47 MB are there twice
 * until the garbage collector has taken the first. Errors: nothing left to learn from or to hold out; a class with only
 * one example. Source: `StratifiedShuffleSplit` of scikit-learn; the remainders as Hamilton divided seats.
 */
export const holdOut = stage({
  name: 'holdOut',
  summary: 'Some of the training examples become validation or test examples',
  family: 'data',
  holdsOut: ({ validation, test }) => [
    ...(validation === undefined ? [] : (['validation'] as const)),
    ...(test === undefined ? [] : (['test'] as const)),
  ],
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    validation: amount.describe('How many to hold out for validation, or which fraction of them'),
    test: amount.describe('The same for the test, where the data have no examples of their own for it'),
    stratify: z.boolean().default(true).describe('Whether each class gives its share, where there are labels'),
  }),
  example: 'holdOut: { validation: 5000, stratify: true }',
  build({ stratify, ...amounts }, input, { random }) {
    const wanted = (['test', 'validation'] as const).flatMap((split) => {
      const amount = amounts[split];
      return amount === undefined ? [] : [{ split, amount }];
    });
    if (wanted.length === 0)
      throw new PipelineError('holdOut holds nothing out; give it validation: 0.1, or test: 0.2');
    if (input.repeated) {
      throw new PipelineError(
        'holdOut would put samples into the test that train has, too, since some are repeated; put balance behind it',
      );
    }
    if (input.heldOut) throw new PipelineError('examples are held out already; one holdOut is enough');
    // drawn when the data come, after the weights: as NumPy's one stream would be used
    const drawn: { seed: number | null } = { seed: null };
    return {
      output: { ...input, ...countsAfter(wanted, input.counts), heldOut: wanted.map(({ split }) => split) },
      operator: concatMap((examples: Examples): Examples[] => {
        if (examples.split !== 'train') return [examples];
        const n = exampleCount(examples);
        const labels = stratify ? examples.labels : undefined;
        drawn.seed ??= Math.floor(random.uniform() * 2 ** 32);
        const chance = seededRandom(drawn.seed);
        let left = Int32Array.from({ length: n }, (_, row) => row);
        const held = countsOf(wanted, n).map(({ split, count }) => {
          const draws = chance.stream(split === 'validation' ? 'holdOut' : 'holdOut.test');
          const marks = drawHeldOut(left, count, draws, labels);
          const rows = left.filter((_, i) => marks[i] === 1);
          left = left.filter((_, i) => marks[i] === 0);
          return { ...pickExamples(examples, rows), split };
        });
        return [pickExamples(examples, left), ...held.reverse()];
      }),
      state: stateOf(drawn),
      ...(input.counts?.train === undefined && { unchecked: 'how many train examples there are' }),
    };
  },
});

interface Wanted {
  readonly split: 'validation' | 'test';
  readonly amount: number;
}

/** What is known of the counts behind it: all of it holds for any number of examples up to what is known. */
function countsAfter(wanted: readonly Wanted[], counts: Counts = {}): { readonly counts: Counts } {
  const { train } = counts;
  if (train === undefined) return { counts };
  const held = countsOf(wanted, train);
  const left = train - held.reduce((sum, { count }) => sum + count, 0);
  return { counts: { ...counts, train: left, ...Object.fromEntries(held.map(({ split, count }) => [split, count])) } };
}

/** How many of n examples to hold out for each split. */
function countsOf(wanted: readonly Wanted[], n: number): { readonly split: Wanted['split']; readonly count: number }[] {
  let left = n;
  return wanted.map(({ split, amount }) => {
    const count = amount < 1 ? Math.round(amount * n) : amount;
    if (count === 0) throw new PipelineError(`holdOut: ${amount} of ${n} training examples is less than one`);
    if (count >= left) {
      throw new PipelineError(
        `holdOut cannot take ${count} of ${left} training examples: some must be left to learn from; ` +
          'hold fewer out, or a fraction, as 0.1',
      );
    }
    left -= count;
    return { split, count };
  });
}

/** For each of these rows, 1 if it is held out, else 0. Without labels, all are of one class. */
function drawHeldOut(
  rows: Int32Array,
  count: number,
  random: Random,
  labels: Examples['labels'] | undefined,
): Uint8Array {
  const held = new Uint8Array(rows.length);
  const classes = rows.map((row) => labels?.[row] ?? 0);
  const wanted = sharesOf(classes, count);
  for (const i of random.permutation(rows.length)) {
    const more = wanted.get(classes[i]) ?? 0;
    if (more === 0) continue;
    held[i] = 1;
    wanted.set(classes[i], more - 1);
  }
  return held;
}

/** How many of each class to hold out: its share rounded down, and one more for the largest remainders. */
function sharesOf(classes: Int32Array, count: number): Map<number, number> {
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
