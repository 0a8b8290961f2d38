import { metric } from '../../core/families/metric.js';
import { seeProbabilities, sumOf } from '../../core/families/predictions.js';
import { noOptions } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';

/**
 * Log loss: the mean of -log p of what is true, whatever loss the network learns from: label smoothing, class weights and
 * `focal` change the loss, and not this.
 *
 *     steps:   --p: [.9, .1], label 0--p: [.8, .2], label 1--|
 *              logLoss()
 *     metrics: ----------------------------------------------(0.857|)      -(log .9 + log .2) / 2
 *
 * Behind `binaryCrossEntropy`, each output is a question of its own, and the mean is over all of them.
 *
 * A probability of 0 counts as 2.2e-16, so that the mean is a number. Source: `log_loss` of scikit-learn.
 */
export const logLoss = metric({
  name: 'logLoss',
  summary: 'Mean of -log p of what is true',
  options: noOptions,
  example: 'logLoss',
  needs: 'probabilities',
  start() {
    const total = { sum: 0, count: 0 };
    return {
      add(step) {
        const { t, labels, outputs } = step;
        const columns = step.x.shape[1];
        seeProbabilities(step, (p, b) => {
          if (outputs !== 'binaryLogits' && labels !== undefined) {
            total.sum += surprise(p[labels[b]]);
            total.count++;
          } else if (t !== undefined) {
            const truth = (j: number) => t.data[b * columns + j];
            total.sum += sumOf(p.map((yes, j) => truth(j) * surprise(yes) + (1 - truth(j)) * surprise(1 - yes)));
            total.count += columns;
          }
        });
      },
      result: () => ({ value: total.sum / total.count }),
      state: stateOf(total),
    };
  },
});

const surprise = (p: number): number => -Math.log(Math.max(p, Number.EPSILON));
