import { metric, noOptions, stateOf } from 'marblenet';

/** The largest loss of any batch in the epoch. */
export const worstLoss = metric({
  name: 'worstLoss',
  summary: 'The largest loss of a batch',
  options: noOptions,
  example: 'worstLoss',
  start() {
    const worst = { loss: 0 };
    return {
      add: ({ loss }) => {
        worst.loss = Math.max(worst.loss, loss);
      },
      result: () => ({ value: worst.loss }),
      state: stateOf(worst),
    };
  },
});
