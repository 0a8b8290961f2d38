import { classScore, ratio } from '../../core/families/class-score.js';

/**
 * F1: the harmonic mean of precision and recall, 2 right / (said + there). High only where both are, so that a network gets
 * no credit for taking every sample for the most frequent class.
 *
 *     steps:   --x: [.9, .1], label 0--x: [.8, .2], label 1--|
 *              f1()
 *     metrics: ----------------------------------------------(⅓|)      ⅔ for class 0, 0 for 1
 *
 * One number a class, and their mean; `average: weighted` weighs a class by how many samples are of it, `micro` counts all
 * samples together. With `binaryCrossEntropy`, a column is a class, and a logit above 0 says yes.
 * Those two are called `weightedF1` and `microF1` in reports.
 *
 * Source: `f1_score` of scikit-learn.
 */
export const f1 = classScore(
  { name: 'f1', summary: 'The harmonic mean of precision and recall' },
  (right, said, there) => ratio(2 * right, said + there),
);
