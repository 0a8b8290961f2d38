import { metric } from '../../core/families/metric.js';
import { countPredictions, sumOf } from '../../core/families/predictions.js';
import { noOptions } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';
import { zeros } from '../../core/tensor.js';

/**
 * Confusion matrix: how often each true class (row) was taken for each class (column). Its diagonal is what was right;
 * its value, as one number, is the accuracy.
 *
 *     steps:   --x: [.9, .1], label 0--x: [.8, .2], label 1--|
 *              confusionMatrix()
 *     metrics: ----------------------------------------------([[1, 0], [1, 0]]|)
 *
 * Errors: more than 4,096 classes, since it counts C x C.
 */
export const confusionMatrix = metric({
  name: 'confusionMatrix',
  summary: 'How often each class was taken for each other',
  options: noOptions,
  example: 'confusionMatrix',
  needs: 'classes',
  mostClasses: 4096, // a matrix of 134 MB
  start(_, { shape: [classes] }) {
    const counts = zeros([classes, classes], 'float64');
    const { data } = counts;
    const rowOf = (_: unknown, label: number) => Array.from(data.subarray(label * classes, (label + 1) * classes));
    return {
      add: (step) => countPredictions(step, (label, predicted) => data[label * classes + predicted]++),
      result() {
        const matrix = Array.from({ length: classes }, rowOf);
        const right = sumOf(matrix.map((row, label) => row[label]));
        return { value: right / sumOf(data), matrix };
      },
      state: stateOf({ counts }),
    };
  },
});
