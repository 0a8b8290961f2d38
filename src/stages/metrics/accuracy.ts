import { metric } from '../../core/families/metric.js';
import { countAnswers, countPredictions, sumOf } from '../../core/families/predictions.js';
import { noOptions } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';
import { zeros } from '../../core/tensor.js';

/**
 * Accuracy: the share of samples whose largest output is the true class. Also a class, to show which digits are hard.
 *
 *     steps:   --x: [.9, .1], label 0--x: [.8, .2], label 1--|
 *              accuracy()
 *     metrics: ----------------------------------------------(0.5|)
 *
 * Behind `binaryCrossEntropy` with targets of yes and no, it is the share of answers that are right, and one a question.
 *
 * Source: the notebook's `accuracy`: argmax of the output against argmax of the target.
 */
export const accuracy = metric({
  name: 'accuracy',
  summary: 'Share of samples whose largest output is the true class',
  options: noOptions,
  example: 'accuracy',
  needs: 'decisions',
  higherIsBetter: true,
  start(_, { shape: [classes] }) {
    const counts = zeros([2, classes], 'float64');
    const [right, all] = [counts.data.subarray(0, classes), counts.data.subarray(classes)];
    return {
      add(step) {
        const count = (column: number, isRight: boolean): void => {
          all[column]++;
          if (isRight) right[column]++;
        };
        if (step.outputs === 'binaryLogits' && step.labels === undefined) {
          countAnswers(step, (column, isSaid, isThere) => count(column, isSaid === isThere));
        } else {
          countPredictions(step, (label, predicted) => count(label, predicted === label));
        }
      },
      // NaN for a class that did not occur
      result: () => ({ value: sumOf(right) / sumOf(all), byClass: Array.from(right, (count, c) => count / all[c]) }),
      state: stateOf({ counts }),
    };
  },
});
