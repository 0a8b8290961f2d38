import { classScore, ratio } from '../../core/families/class-score.js';

/**
 * Precision: of the samples that the network takes for a class, the share that are of it. What matters where a false alarm
 * is dear.
 *
 *     steps:   --x: [.9, .1], label 0--x: [.8, .2], label 1--|
 *              precision()
 *     metrics: ----------------------------------------------(¼|)      ½ of what was taken for 0, none of 1
 *
 * One number a class, and their mean; `average: weighted` weighs a class by how many samples are of it, `micro` counts all
 * samples together. A class that was never said, but is there, has 0. With `binaryCrossEntropy`, a column is a class, and a
 * logit above 0 says yes.
 * Those two are called `weightedPrecision` and `microPrecision` in reports.
 *
 * Source: `precision_score` of scikit-learn.
 */
export const precision = classScore(
  { name: 'precision', summary: 'Of the samples taken for a class, the share that are of it' },
  (right, said) => ratio(right, said),
);
