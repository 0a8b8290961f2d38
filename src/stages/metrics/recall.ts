import { classScore, ratio } from '../../core/families/class-score.js';

/**
 * Recall: of the samples of a class, the share that the network takes for it. What matters where it is dear to miss one.
 *
 *     steps:   --x: [.9, .1], label 0--x: [.8, .2], label 1--|
 *              recall()
 *     metrics: ----------------------------------------------(½|)      all of class 0, none of 1
 *
 * One number a class, and their mean; `average: weighted` weighs a class by how many samples are of it, which makes it the
 * accuracy; `micro` counts all samples together. With `binaryCrossEntropy`, a column is a class, and a logit above 0 says
 * yes.
 * Those two are called `weightedRecall` and `microRecall` in reports.
 *
 * Source: `recall_score` of scikit-learn.
 */
export const recall = classScore(
  { name: 'recall', summary: 'Of the samples of a class, the share that are taken for it' },
  (right, _, there) => ratio(right, there),
);
