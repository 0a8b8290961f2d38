import { confusionCounts } from '../../core/families/confusion-counts.js';
import { metric } from '../../core/families/metric.js';
import { noOptions } from '../../core/stage.js';

/**
 * Confusion matrix: how often each true class (row) was taken for each class (column). Its diagonal is what was right;
 * its value, as one number, is the accuracy.
 *
 *     steps:   --x: [.9, .1], label 0--x: [.8, .2], label 1--|
 *              confusionMatrix()
 *     metrics: ----------------------------------------------([[1, 0], [1, 0]]|)
 */
export const confusionMatrix = metric({
  name: 'confusionMatrix',
  summary: 'How often each class was taken for each other',
  options: noOptions,
  example: 'confusionMatrix',
  needs: 'classes',
  start(_, { shape: [classes] }) {
    const counts = confusionCounts(classes);
    return {
      add: counts.add,
      result: () => ({ value: counts.accuracy(), matrix: counts.matrix() }),
      state: counts.state,
    };
  },
});
