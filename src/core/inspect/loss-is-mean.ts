import type { Batch, Step } from '../kinds.js';
import { through } from '../through.js';
import { LIMIT } from './gradient-comparison.js';
import { isLoss, type Link } from './recorded-batch.js';
import { rowsOf } from './second-batch.js';

/**
 * A loss is the mean over the samples of a batch: with each sample twice it is the same. The batch is put back.
 *
 * @returns a remark on each loss of which that is not true; a single sample shows nothing.
 */
export const remarkOnLoss = (links: readonly Link[]): readonly string[] =>
  links.filter(isLoss).flatMap(({ row, operator, input }) => {
    const B = input.x.shape[0];
    const give = rowsOf(input as Batch);
    const lossOf = (order: readonly number[]): number => (through(operator, give(order)) as Step).loss;
    const all = Array.from({ length: B }, (_, i) => i);
    const half = all.slice(0, Math.floor(B / 2));
    const [once, twice] = half.length === 0 ? [0, 0] : [lossOf(half), lossOf([...half, ...half])];
    give(all);
    const problem = meanProblem(half.length, once, twice);
    return problem === undefined ? [] : [`${row.at}: ${problem}`];
  });

/**
 * @param once the loss of so many samples
 * @param twice the loss of a batch in which each of them stands twice
 * @returns what is to be said of a loss that is no mean; undefined where it is one.
 */
export const meanProblem = (samples: number, once: number, twice: number): string | undefined =>
  Math.abs(twice - once) <= LIMIT * Math.max(1, Math.abs(once))
    ? undefined
    : `the loss of ${samples} samples is ${once}, of each of them twice ${twice}: it is no mean over samples, so that ` +
      'learningRate has to follow the batch size, and sample weights of 1 change it';
