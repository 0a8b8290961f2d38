import { confusionCounts } from '../../core/families/confusion-counts.js';
import { metric } from '../../core/families/metric.js';
import { noOptions } from '../../core/stage.js';

/**
 * Accuracy: the share of samples whose largest output is the true class. Also a class, to show which digits are hard.
 *
 *     steps:   --x: [.9, .1], label 0--x: [.8, .2], label 1--|
 *              accuracy()
 *     metrics: ----------------------------------------------(0.5|)
 *
 * Source: the notebook's `accuracy`: argmax of the output against argmax of the target.
 */
export const accuracy = metric({
  name: 'accuracy',
  summary: 'Share of samples whose largest output is the true class',
  options: noOptions,
  example: 'accuracy',
  needs: 'classes',
  start(_, { shape: [classes] }) {
    const counts = confusionCounts(classes);
    return {
      add: counts.add,
      result: () => ({ value: counts.accuracy(), byClass: counts.accuracyByClass() }),
      state: counts.state,
    };
  },
});
