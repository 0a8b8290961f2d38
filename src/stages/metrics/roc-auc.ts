import { RunError } from '../../core/errors.js';
import { metric } from '../../core/families/metric.js';
import { seeProbabilities, sumOf } from '../../core/families/predictions.js';
import { noOptions } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';

/**
 * Area under the ROC curve: how probable it is that the network gives a sample of a class a higher probability of that class
 * than a sample of another. 1 for a network that ranks them without a mistake, ½ for one that guesses; no threshold is
 * chosen, so it does not matter how rare a class is.
 *
 *     steps:   --p: [.9, .1], label 0--p: [.2, .8], label 1--p: [.4, .6], label 0--|
 *              rocAuc()
 *     metrics: --------------------------------------------------------------------(1|)
 *
 * Of two classes, it is that of the second one; of more, the mean over each against all others; behind
 * `binaryCrossEntropy`, the mean over the outputs. It keeps the probabilities of all samples until the epoch ends.
 *
 * Errors: no sample of two different classes. Source: `roc_auc_score` of scikit-learn.
 */
export const rocAuc = metric({
  name: 'rocAuc',
  summary: 'How often a sample of a class is ranked above one of another',
  options: noOptions,
  example: 'rocAuc',
  needs: 'probabilities',
  mostClasses: 1000, // 80 MB for 10,000 samples
  higherIsBetter: true,
  start(_, { shape: [columns], classes }) {
    /** [n, C] and [n, C]: what was said of each class, and whether it is there. */
    const kept = { said: new Float64Array(0), there: new Uint8Array(0), count: 0 };
    const keep = (p: Float64Array, isThere: (column: number) => boolean): void => {
      if (kept.count === kept.said.length) {
        const room = Math.max(1000 * columns, 2 * kept.count);
        kept.said = grown(kept.said, new Float64Array(room));
        kept.there = grown(kept.there, new Uint8Array(room));
      }
      for (let j = 0; j < columns; j++, kept.count++) {
        kept.said[kept.count] = p[j];
        kept.there[kept.count] = isThere(j) ? 1 : 0;
      }
    };
    return {
      add(step) {
        const { labels, t } = step;
        seeProbabilities(step, (p, b) =>
          keep(p, (j) => (labels === undefined ? (t?.data[b * columns + j] ?? 0) >= 0.5 : labels[b] === j)),
        );
      },
      result() {
        const byClass = Array.from({ length: columns }, (_, j) => areaOf(kept, j, columns));
        const areas = (classes === 2 ? byClass.slice(1) : byClass).filter((area) => !Number.isNaN(area));
        if (areas.length === 0) throw new RunError('rocAuc compares samples of different classes, and all are of one');
        return { value: sumOf(areas) / areas.length, byClass };
      },
      state: stateOf(kept),
    };
  },
});

function grown<Numbers extends Float64Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** From the ranks of the positive samples; equals share the mean of their ranks. NaN where all are positive, or none is. */
function areaOf(
  { said, there, count }: { readonly said: Float64Array; readonly there: Uint8Array; readonly count: number },
  column: number,
  columns: number,
): number {
  const n = count / columns;
  const order = Uint32Array.from({ length: n }, (_, i) => i * columns + column).sort((a, b) => said[a] - said[b]);
  let [rankSum, positives] = [0, 0];
  for (let first = 0, end = 0; first < n; first = end) {
    while (end < n && said[order[end]] === said[order[first]]) end++;
    const rank = (first + 1 + end) / 2;
    for (const i of order.subarray(first, end)) {
      rankSum += rank * there[i];
      positives += there[i];
    }
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (n - positives));
}
