import { metric } from '../../core/families/metric.js';
import { seeTargets } from '../../core/families/predictions.js';
import { noOptions } from '../../core/stage.js';
import { stateOf } from '../../core/state.js';

/**
 * Root mean squared error: √mean((x - t)²), how far off the network is, as a rule, in the target's own units: miles per
 * gallon, degrees, years, though `standardize: { of: targets }` has scaled them.
 *
 *     steps:   --x: [1], t: [1]--x: [2], t: [4]--|
 *              rootMeanSquaredError()
 *     metrics: ----------------------------------(1.414|)      √((0 + 4) / 2)
 *
 * Of several targets, it is the mean of theirs.
 */
export const rootMeanSquaredError = metric({
  name: 'rootMeanSquaredError',
  summary: '√mean((x - t)²), in units of the target',
  options: noOptions,
  example: 'rootMeanSquaredError',
  needs: 'targets',
  start(_, { shape: [columns] }) {
    const counted = { squares: new Float64Array(columns), count: 0 };
    return {
      add: (step) =>
        seeTargets(step, (said, target, column) => {
          if (column === 0) counted.count++;
          counted.squares[column] += (said - target) ** 2;
        }),
      result() {
        const { squares, count } = counted;
        return { value: squares.reduce((sum, square) => sum + Math.sqrt(square / count), 0) / columns };
      },
      state: stateOf(counted),
    };
  },
});
