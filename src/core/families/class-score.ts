/** Precision, recall and their like: one number a class, and one of them all. */
import * as z from 'zod';
import type { StageDescription, StageFactory } from '../contract.js';
import { stateOf } from '../state.js';
import { zeros } from '../tensor.js';
import { metric } from './metric.js';
import { countDecisions, sumOf } from './predictions.js';

const options = z.strictObject({
  average: z
    .enum(['macro', 'weighted', 'micro'])
    .default('macro')
    .describe('Of all classes: each counts the same; each by its samples; or all samples counted together'),
});

/** How often a class was said rightly, was said, and was there. */
type Score = (right: number, said: number, there: number) => number;

/**
 * Makes a metric of a score, `f1`; with other averages it is called `weightedF1` and `microF1` in reports, so that several may stand
 * side by side. A class that was neither said nor there has none, and is left out of the averages.
 */
export const classScore = (
  description: Pick<StageDescription, 'name' | 'summary'>,
  score: Score,
): StageFactory<'step', 'metric', typeof options> => {
  const { name } = description;
  return metric({
    ...description,
    options,
    example: `${name}: { average: macro }`,
    needs: 'decisions',
    higherIsBetter: true,
    metricName: ({ average }) => (average === 'macro' ? name : `${average}${name[0].toUpperCase()}${name.slice(1)}`),
    start({ average }, { shape: [classes] }) {
      const counts = zeros([3, classes], 'float64');
      const [right, said, there] = [0, 1, 2].map((row) => counts.data.subarray(row * classes, (row + 1) * classes));
      return {
        add: (step) =>
          countDecisions(step, (column, isSaid, isThere) => {
            if (isSaid) said[column]++;
            if (isThere) there[column]++;
            if (isSaid && isThere) right[column]++;
          }),
        result() {
          const occurs = (c: number) => said[c] + there[c] > 0;
          const byClass = Array.from(right, (_, c) => (occurs(c) ? score(right[c], said[c], there[c]) : Number.NaN));
          return { value: averages[average]({ score, byClass, right, said, there }), byClass };
        },
        state: stateOf({ counts }),
      };
    },
  });
};

interface Counted {
  readonly score: Score;
  readonly byClass: readonly number[];
  readonly right: ArrayLike<number> & Iterable<number>;
  readonly said: ArrayLike<number> & Iterable<number>;
  readonly there: ArrayLike<number> & Iterable<number>;
}

const averages: Readonly<Record<z.output<typeof options>['average'], (counted: Counted) => number>> = {
  macro({ byClass }) {
    const scores = byClass.filter((score) => !Number.isNaN(score));
    return ratio(sumOf(scores), scores.length);
  },
  weighted: ({ byClass, there }) =>
    ratio(sumOf(byClass.map((score, c) => (there[c] === 0 ? 0 : score * there[c]))), sumOf(there)),
  micro: ({ score, right, said, there }) => score(sumOf(right), sumOf(said), sumOf(there)),
};

/** 0 where there is nothing to divide by, as scikit-learn has it. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
